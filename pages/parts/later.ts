// A value once it has stood still for a moment, so that typing asks the server once.
import { useEffect, useState } from 'react';

const STILL = 250;

export function useLater<T>(value: T): T {
  const [held, setHeld] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setHeld(value), STILL);
    return () => clearTimeout(timer);
  }, [value]);
  return held;
}
