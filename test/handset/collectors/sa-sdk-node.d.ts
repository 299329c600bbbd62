/** The little of the untyped package that a test uses. */
declare module 'sa-sdk-node' {
  export default class SensorsAnalytics {
    submitTo(to: { url: string; gzip: boolean; mode: 'track' }): void;
    track(distinctId: string, event: string, properties: Record<string, unknown>): void;
  }
}
