// The theme the reader chose last, set before the first paint. A classic script on purpose: a module would come too late.
(() => {
  const root = document.documentElement;
  root.classList.add('js');
  try {
    const theme = localStorage.getItem('theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  } catch {
    // No storage (a private window): the system's theme it is.
  }
})();
