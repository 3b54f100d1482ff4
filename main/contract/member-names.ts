/** Names of the data sets that the files of an archive become: the file's own, with its folders where several share one. */
export function nameMembers(
  members: readonly { readonly name: string; readonly hidden: boolean }[],
): readonly { readonly member: string; readonly name: string }[] {
  const shown = members.filter(({ hidden }) => !hidden);
  const own = shown.map(({ name }) => bare(name.slice(name.lastIndexOf('/') + 1)));
  return shown.map(({ name }, i) => {
    const shared = own.some((other, j) => j !== i && other.toLowerCase() === own[i].toLowerCase());
    return { member: name, name: (shared ? bare(name) : own[i]).slice(0, 200) };
  });
}

const bare = (file: string): string => file.replace(/\.gz$/i, '').replace(/(.)\.[^.]+$/, '$1');
