/** Names of time zones the browser knows. */
export const zones = (): readonly string[] => Intl.supportedValuesOf('timeZone')
