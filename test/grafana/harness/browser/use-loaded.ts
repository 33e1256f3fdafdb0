import { useEffect, useState } from 'react';

/** The result of `load`, null until it is there; its failure is thrown while rendering, for the error boundary. */
export function useLoaded<T>(load: () => Promise<T>, inputs: readonly unknown[]): T | null {
  const [result, setResult] = useState<{ value: T } | { error: Error } | null>(null);
  useEffect(() => {
    load().then(
      (value) => setResult({ value }),
      (error: unknown) => setResult({ error: error instanceof Error ? error : new Error(String(error)) }),
    );
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `load` is made anew in each render; `inputs` say when it differs
  }, inputs);
  if (result === null) return null;
  if ('error' in result) throw result.error;
  return result.value;
}
