/** Whether a value has keys to look at; what they hold is not known. A list has them too. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
