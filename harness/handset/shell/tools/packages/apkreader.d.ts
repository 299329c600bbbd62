declare module '@devicefarmer/adbkit-apkreader' {
  export default class ApkReader {
    static open(apk: string | Buffer): Promise<ApkReader>;
    readManifest(): Promise<unknown>;
  }
}
