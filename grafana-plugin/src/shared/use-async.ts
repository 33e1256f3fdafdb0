import { useCallback, useEffect, useState } from 'react';

export interface Asked<T> {
  /** The last answer; kept while the next one is on its way. */
  readonly value: T | null;
  readonly error: unknown;
  readonly isLoading: boolean;
  again(): void;
}

/** Asks when mounted and whenever `inputs` change. Answers that come too late are dropped. */
export function useAsync<T>(ask: () => Promise<T>, inputs: readonly unknown[]): Asked<T> {
  const [state, setState] = useState<Omit<Asked<T>, 'again'>>({ value: null, error: null, isLoading: true });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isStale = false;
    setState((before) => ({ ...before, isLoading: true }));
    ask().then(
      (value) => {
        if (!isStale) setState({ value, error: null, isLoading: false });
      },
      (error: unknown) => {
        if (!isStale) setState((before) => ({ ...before, error, isLoading: false }));
      },
    );
    return () => {
      isStale = true;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `ask` is new in every render; `inputs` say when it differs
  }, [...inputs, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  return { ...state, again };
}
