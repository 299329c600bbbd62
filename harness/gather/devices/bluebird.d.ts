/** adbkit's own types speak of bluebird, which ships none; what it returns is awaited and no more. */
declare module 'bluebird' {
  export default class Bluebird<T> extends Promise<T> {}
}
