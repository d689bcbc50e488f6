// What the page does beyond what HTML does by itself. Plain JavaScript as text: it runs in the
// reader's browser, where nothing of conform is. Without it all is there, only not narrowed down.

/** The page's only script; its hash stands in the page's policy. */
export const script = `
'use strict';
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const behaviours = all('.behaviour');
  const texts = new Map();

  const filter = document.getElementById('filter');
  if (filter) {
    const words = document.getElementById('filter-text');
    const family = document.getElementById('filter-family');
    const verdicts = all('[name=verdict]', filter);
    const shown = document.getElementById('shown');
    const none = document.getElementById('none-shown');

    const textOf = (behaviour) => {
      if (!texts.has(behaviour)) texts.set(behaviour, behaviour.textContent.toLowerCase());
      return texts.get(behaviour);
    };
    const narrow = () => {
      const wanted = words.value.toLowerCase().split(/\\s+/).filter(Boolean);
      const chosen = new Set(verdicts.filter((box) => box.checked).map((box) => box.value));
      let count = 0;
      for (const behaviour of behaviours) {
        const { verdict, family: itsFamily } = behaviour.dataset;
        const fits =
          chosen.has(verdict) &&
          (family.value === '' || family.value === itsFamily) &&
          wanted.every((word) => textOf(behaviour).includes(word));
        behaviour.hidden = !fits;
        if (fits) count += 1;
      }
      for (const section of all('.family')) {
        section.hidden = !section.querySelector('.behaviour:not([hidden])');
      }
      none.hidden = count > 0;
      const text = count + ' of ' + behaviours.length + ' shown';
      if (shown.textContent !== text) shown.textContent = text;
    };
    const showAll = () => {
      filter.reset();
      narrow();
    };
    filter.addEventListener('input', narrow);
    filter.addEventListener('submit', (event) => event.preventDefault());
    const openShown = (open) => () => {
      for (const behaviour of behaviours) if (!behaviour.hidden) behaviour.open = open;
    };
    document.getElementById('open-all').addEventListener('click', openShown(true));
    document.getElementById('close-all').addEventListener('click', openShown(false));
    filter.hidden = false;

    // A link to a behaviour shows it, whatever the filter hides.
    const follow = () => {
      const goal = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const behaviour = goal && goal.closest('.behaviour');
      if (!behaviour) return;
      if (behaviour.hidden) showAll();
      behaviour.open = true;
      behaviour.scrollIntoView();
      behaviour.querySelector('summary').focus({ preventScroll: true });
    };
    addEventListener('hashchange', follow);
    for (const link of all('a[href^="#behaviour-"]')) {
      // The same link a second time changes no hash.
      link.addEventListener('click', () => setTimeout(follow));
    }
    follow();
  }

  const said = document.createElement('p');
  said.className = 'unseen';
  said.setAttribute('role', 'status');
  document.body.append(said);
  const copyByHand = (text) => {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    return done;
  };
  for (const button of all('.copy')) {
    const word = button.firstChild;
    button.addEventListener('click', async () => {
      const text = document.getElementById(button.dataset.copies).textContent;
      let done = true;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        done = copyByHand(text);
        button.focus();
      }
      word.data = done ? 'Copied' : 'Not copied';
      said.textContent = word.data;
      setTimeout(() => {
        word.data = 'Copy';
        said.textContent = '';
      }, 2000);
    });
    button.hidden = false;
  }

  let closed = [];
  addEventListener('beforeprint', () => {
    // Those with a name exclude one another: the style sheet shows them.
    closed = all('details:not([open]):not([name])');
    for (const fold of closed) fold.open = true;
  });
  addEventListener('afterprint', () => {
    for (const fold of closed) fold.open = false;
    closed = [];
  });
})();
`;
