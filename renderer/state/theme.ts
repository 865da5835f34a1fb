// The theme that the page has, also when the system changes it.
import { useEffect, useState } from 'react';

export function useThemeShown(): string | undefined {
  const [theme, setTheme] = useState(document.documentElement.dataset['theme']);
  useEffect(() => {
    const page = document.documentElement;
    const look = (): void => setTheme(page.dataset['theme']);
    const watch = new MutationObserver(look);
    watch.observe(page, { attributeFilter: ['data-theme'] });
    look();
    return () => watch.disconnect();
  }, []);
  return theme;
}
