// What the page of a class does beyond HTML: rows are sorted and narrowed down. Plain JavaScript as
// text, as in the page of a run; without it all rows are there.

/** The page's only script; its hash stands in the page's policy. */
export const classScript = `
'use strict';
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const table = document.querySelector('table.class');
  if (table) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const filter = document.getElementById('filter');
    const words = document.getElementById('filter-text');
    const boxes = all('[name=outcome]', filter);
    const shown = document.getElementById('shown');
    const none = document.getElementById('none-shown');
    let order = '';

    const narrow = () => {
      const wanted = words.value.toLowerCase().split(/\\s+/).filter(Boolean);
      const chosen = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      let count = 0;
      for (const row of rows) {
        const fits =
          chosen.has(row.dataset.outcome) && wanted.every((word) => texts.get(row).includes(word));
        row.hidden = !fits;
        if (fits) count += 1;
      }
      none.hidden = count > 0;
      const text = count + ' of ' + rows.length + ' shown' + order;
      if (shown.textContent !== text) shown.textContent = text;
    };
    filter.addEventListener('input', narrow);
    filter.addEventListener('submit', (event) => event.preventDefault());
    filter.hidden = false;

    const keyOf = (row, column) => {
      const cell = row.cells[column];
      return cell.dataset.key === undefined ? cell.textContent : cell.dataset.key;
    };
    const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
    const sortBy = (head, column) => {
      const isUp = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of all('th[aria-sort]', table.tHead)) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
      const isNumber = head.dataset.sort === 'number';
      const sorted = rows.slice().sort((one, other) => {
        const [first, second] = [keyOf(one, column), keyOf(other, column)];
        // What has no value stands last, whichever way.
        if (first === '' || second === '') return (first === '') - (second === '');
        const difference = isNumber ? first - second : byName.compare(first, second);
        return isUp ? difference : -difference;
      });
      // Apart from the page: thousands of rows would be laid out again and again.
      body.remove();
      body.append(...sorted);
      table.append(body);
      order = ', by ' + head.textContent.toLowerCase() + (isUp ? ', ascending' : ', descending');
      narrow();
    };
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => sortBy(head, column));
    });
    narrow();
  }

  let closed = [];
  addEventListener('beforeprint', () => {
    closed = all('details:not([open])');
    for (const fold of closed) fold.open = true;
  });
  addEventListener('afterprint', () => {
    for (const fold of closed) fold.open = false;
    closed = [];
  });
})();
`;
