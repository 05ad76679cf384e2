// Every page: the theme switch; on the first page, a figure that moves by itself once and then waits to be taken.

import { calm, icon, set } from './view/dom.js';

const SUN =
  'M12 7.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM11.2 2h1.6v3h-1.6zM11.2 19h1.6v3h-1.6zM2 11.2h3v1.6H2zM19 11.2h3v1.6h-3zM4.4 5.5l1.1-1.1 2.1 2.1-1.1 1.1zM16.4 17.5l1.1-1.1 2.1 2.1-1.1 1.1zM5.5 19.6l-1.1-1.1 2.1-2.1 1.1 1.1zM17.5 7.6l-1.1-1.1 2.1-2.1 1.1 1.1z';
const MOON = 'M20.2 14.6A8.6 8.6 0 0 1 9.4 3.8a8.6 8.6 0 1 0 10.8 10.8z';

themeSwitch(document.getElementById('theme'));
if (document.body.classList.contains('home')) firstFigure();

function themeSwitch(button) {
  if (!button) return;
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const dark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);
  const dress = () => {
    set(button, 'aria-pressed', String(dark()));
    set(button, 'aria-label', 'Dark theme');
    set(button, 'title', dark() ? 'Light theme' : 'Dark theme');
    button.replaceChildren(icon(dark() ? SUN : MOON));
  };
  button.addEventListener('click', () => {
    const theme = dark() ? 'light' : 'dark';
    root.dataset.theme = theme;
    try {
      localStorage.setItem('theme', theme);
    } catch {
      // No storage: it holds until the page is left.
    }
    dress();
  });
  system.addEventListener('change', dress);
  dress();
  button.hidden = false;
}

async function firstFigure() {
  const source = document.getElementById('lesson');
  const element = document.querySelector('figure.figure');
  if (!source || !element) return;
  const [{ Figure }, { prepare }, { Timeline }, { ease, mix }] = await Promise.all([
    import('./view/figure.js'),
    import('./view/marks.js'),
    import('./math/timeline.js'),
    import('./math/ease.js'),
  ]);
  const lesson = JSON.parse(source.textContent);
  let figure;
  try {
    await prepare(lesson.figure);
    figure = new Figure(element, lesson.figure);
  } catch {
    return; // the still picture stays
  }
  const last = new Timeline(lesson.scenes, lesson.figure.params).scenes.filter((scene) => scene.motion > 0).pop();
  if (!last) return;
  figure.show(last.visible);
  if (calm()) return;
  let begun;
  let free = true;
  figure.onTake = () => {
    free = false;
  };
  const seconds = Math.max(4, last.motion);
  const step = (now) => {
    begun ??= now;
    const u = ease((now - begun) / 1000 / seconds);
    if (!free) return;
    for (let k = 0; k < figure.params.length; k += 1) figure.params[k] = mix(last.from[k], last.to[k], u);
    figure.changed();
    if (u < 1) requestAnimationFrame(step);
  };
  figure.params.set(last.from);
  figure.changed();
  setTimeout(() => requestAnimationFrame(step), 900);
}
