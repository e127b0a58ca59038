// Light or dark: as the system has it, until the reader chooses.
import { button } from './dom.ts';

export function addThemeSwitch(): void {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = (): boolean => (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const toggle = button('', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    show();
  });
  const show = (): void => {
    toggle.textContent = isDark() ? '☀ Light' : '☾ Dark';
    toggle.setAttribute('aria-label', `Switch to ${isDark() ? 'light' : 'dark'} colours`);
  };
  show();
  system.addEventListener('change', show);
  document.getElementById('controls')?.append(toggle);
}
