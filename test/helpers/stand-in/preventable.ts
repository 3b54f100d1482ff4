/** An event whose default can be prevented, as Electron's are. */
export class Preventable {
  prevented = false;
  readonly url: string;

  constructor(url = '') {
    this.url = url;
  }

  readonly preventDefault = (): void => {
    this.prevented = true;
  };
}
