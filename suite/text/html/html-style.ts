// How the page looks: paper and ink, one column, colour only for verdicts, and never alone.
import { evidenceStyle } from './html-style-evidence.ts';
import { printStyle } from './html-style-print.ts';

const light = `
  --paper: #fbfaf7;
  --panel: #ffffff;
  --ink: #1f1d1a;
  --soft: #5d5850;
  --line: #dfdad1;
  --link: #25508f;
  --failed: #a3271d;
  --failed-tint: #fbeeec;
  --passed: #1b6743;
  --passed-tint: #eaf4ee;
  --blocked: #7a5200;
  --blocked-tint: #faf2df;
  --errored: #6f3a8e;
  --errored-tint: #f5eef9;
  --skipped: #5d5850;
  --skipped-tint: #f1efea;
`;

const dark = `
  --paper: #151617;
  --panel: #1c1e20;
  --ink: #e8e5df;
  --soft: #aaa59c;
  --line: #35383b;
  --link: #9fc0f5;
  --failed: #ff9c90;
  --failed-tint: #37201d;
  --passed: #84d3a7;
  --passed-tint: #182d20;
  --blocked: #e6c06f;
  --blocked-tint: #332a16;
  --errored: #d4adec;
  --errored-tint: #2d2135;
  --skipped: #aaa59c;
  --skipped-tint: #26282a;
`;

const base = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto;
  padding: 2.5rem clamp(1rem, 4vw, 3rem) 4rem;
  max-width: 66rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans",
    "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
code, pre, .bytes, .diagram {
  font-family: ui-monospace, SFMono-Regular, "SF Mono", "Cascadia Mono", Menlo, Consolas,
    "DejaVu Sans Mono", "Liberation Mono", monospace;
}
code { font-size: 0.92em; }
h1, h2, h3, h4, h5, p, ul, ol, dl, dd, figure, pre { margin: 0; padding: 0; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; letter-spacing: -0.01em; }
h2 { font-size: 1.55rem; font-weight: 650; margin-bottom: 1.1rem; }
h3 { font-size: 1.15rem; font-weight: 650; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 0.18em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
[hidden] { display: none !important; }
.quiet { color: var(--soft); font-weight: 400; }
.unseen {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--panel); padding: 0.3rem 0.7rem; }
main > section { margin-top: 3.2rem; }
footer {
  margin-top: 4rem;
  padding-top: 1rem;
  border-top: 1px solid var(--line);
  color: var(--soft);
  font-size: 0.88rem;
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;

const top = `
.eyebrow {
  color: var(--soft);
  font-size: 0.8rem;
  letter-spacing: 0.09em;
  text-transform: uppercase;
  margin-bottom: 0.7rem;
}
h1 {
  display: flex;
  align-items: center;
  gap: 0.85rem;
  font-size: clamp(1.55rem, 4vw, 2.3rem);
  font-weight: 680;
}
h1 code { font-size: 0.86em; font-weight: 600; letter-spacing: -0.02em; }
h1 > :last-child { min-width: 0; }
.seal { flex: none; width: 1.25em; height: 1.25em; }
.seal circle { fill: currentColor; }
.seal path {
  fill: none;
  stroke: var(--paper);
  stroke-width: 3.4;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.conforms .seal { color: var(--passed); }
.does-not-conform .seal { color: var(--failed); }
.could-not-judge .seal { color: var(--errored); }
.lead { margin-top: 0.7rem; font-size: 1.12rem; color: var(--soft); max-width: 46rem; }
.counts { margin-top: 1.6rem; }
.counts svg { display: block; width: 100%; height: 10px; border-radius: 5px; }
.counts ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.5rem; list-style: none; margin-top: 0.6rem; }
.fill-failed { fill: var(--failed); }
.fill-errored { fill: var(--errored); }
.fill-blocked { fill: var(--blocked); }
.fill-passed { fill: var(--passed); }
.fill-skipped { fill: var(--line); }
.facts { margin-top: 1.5rem; display: grid; gap: 0.35rem; }
.facts > div { display: grid; grid-template-columns: 7rem 1fr; gap: 0 1rem; }
.facts dt { color: var(--soft); }
.facts ul { list-style: none; color: var(--soft); font-size: 0.93rem; }
.note {
  margin-top: 1rem;
  padding: 0.6rem 0.9rem;
  border-left: 3px solid var(--blocked);
  background: var(--blocked-tint);
}
nav { margin-top: 1.5rem; display: flex; flex-wrap: wrap; gap: 0.6rem; }
nav a {
  padding: 0.35rem 0.9rem;
  border: 1px solid var(--line);
  border-radius: 999px;
  background: var(--panel);
  text-decoration: none;
}
nav a:hover { border-color: currentColor; }
@media (max-width: 34rem) {
  body { padding-top: 1.5rem; }
  .facts > div { grid-template-columns: 1fr; }
  h1 { align-items: flex-start; }
}
`;

const causes = `
.causes { list-style: none; counter-reset: cause; display: grid; gap: 1.1rem; }
.cause {
  counter-increment: cause;
  position: relative;
  padding: 1.2rem 1.4rem 1.3rem 4rem;
  background: var(--panel);
  border: 1px solid var(--line);
  border-radius: 10px;
}
.cause::before {
  content: counter(cause);
  position: absolute;
  left: 1.3rem;
  top: 1.05rem;
  width: 1.8rem;
  height: 1.8rem;
  border-radius: 50%;
  background: var(--ink);
  color: var(--paper);
  font-weight: 650;
  text-align: center;
  line-height: 1.8rem;
}
.cause p { margin-top: 0.6rem; max-width: 50rem; }
.cause .confidence { margin-top: 0.15rem; color: var(--soft); font-size: 0.92rem; }
.confidence strong { color: var(--ink); }
.confidence strong::before { content: "●●● "; letter-spacing: 0.1em; font-size: 0.7em; vertical-align: 0.15em; }
.likely strong::before { content: "●●○ "; }
.possible strong::before { content: "●○○ "; }
.links { list-style: none; display: flex; flex-wrap: wrap; gap: 0.15rem 1.2rem; }
.mend { margin-top: 0.9rem; }
.mend summary { cursor: pointer; padding: 0.25rem 0; }
.mend pre { margin: 0.3rem 0 0.6rem; }
@supports selector(::details-content) {
  .mend {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.35rem;
  }
  .mend > details { display: contents; }
  .mend summary {
    list-style: none;
    padding: 0.25rem 0.75rem;
    border: 1px solid transparent;
    border-bottom: 0;
    border-radius: 7px 7px 0 0;
    color: var(--link);
  }
  .mend summary .quiet { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .mend [open] > summary {
    border-color: var(--line);
    background: var(--skipped-tint);
    color: var(--ink);
    font-weight: 600;
    text-decoration: underline;
    text-underline-offset: 0.3em;
  }
  .mend details::details-content { order: 1; flex: none; width: 0; min-width: 100%; }
  .mend pre { margin: 0; border-top-left-radius: 0; }
}
@media (max-width: 34rem) {
  .cause { padding: 3.3rem 1rem 1.1rem; }
  .mend summary { padding: 0.25rem 0.4rem; }
  .cause::before { left: 1rem; }
}
`;

/** All of the style sheet. */
export function pageStyle(): string {
  return `${base}${top}${causes}${evidenceStyle}${printStyle(light)}`;
}
