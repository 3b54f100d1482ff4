/** Repeats an assertion until it holds; its last failure is thrown when it does not within the time. */
export async function eventually(assertion: () => Promise<void>, patienceMs = 15_000): Promise<void> {
  for (const end = performance.now() + patienceMs; ; ) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}
