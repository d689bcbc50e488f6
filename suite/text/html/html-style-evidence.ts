// How the list of behaviours and the evidence of a failure look.

const list = `
#filter {
  display: flex;
  flex-wrap: wrap;
  align-items: end;
  gap: 0.8rem 1.2rem;
  padding: 0.9rem 1.1rem;
  margin-bottom: 1.5rem;
  background: var(--panel);
  border: 1px solid var(--line);
  border-radius: 10px;
}
#filter .field { display: grid; gap: 0.2rem; }
#filter .actions { display: flex; gap: 0.5rem; margin-left: auto; }
#filter fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0 1rem; min-height: 2.2rem; align-items: center; }
#filter legend, #filter .field label { color: var(--soft); font-size: 0.85rem; padding: 0; }
#filter fieldset legend { margin-bottom: 0.2rem; }
.choice { display: inline-flex; align-items: center; gap: 0.35rem; cursor: pointer; }
input, select, button { font: inherit; color: inherit; accent-color: var(--link); }
input[type="search"], select, button {
  min-height: 2.2rem;
  padding: 0.2rem 0.6rem;
  background: var(--paper);
  border: 1px solid var(--soft);
  border-radius: 6px;
}
input[type="search"] { width: 11rem; max-width: 100%; }
select { max-width: 9rem; }
button { cursor: pointer; }
button:hover { background: var(--skipped-tint); }
#shown { flex-basis: 100%; color: var(--soft); font-size: 0.9rem; }
.mark { display: inline-block; width: 1.2em; text-align: center; font-weight: 700; }
.mark.failed, .verdict.failed { color: var(--failed); }
.mark.errored, .verdict.errored { color: var(--errored); }
.mark.blocked, .verdict.blocked { color: var(--blocked); }
.mark.passed, .verdict.passed { color: var(--passed); }
.mark.skipped, .verdict.skipped { color: var(--skipped); }
.family { margin-top: 1.8rem; }
.family h3 { padding-bottom: 0.4rem; border-bottom: 1px solid var(--line); }
.family h3 .quiet { font-size: 0.9rem; margin-left: 0.4rem; letter-spacing: 0; }
.behaviour { border-bottom: 1px solid var(--line); }
.behaviour > summary {
  display: grid;
  grid-template-columns: 1.3rem 4.3rem minmax(12rem, 21rem) 1fr 0.8rem;
  align-items: baseline;
  gap: 0 0.6rem;
  padding: 0.38rem 0.4rem;
  cursor: pointer;
  list-style: none;
}
.behaviour > summary::-webkit-details-marker { display: none; }
.behaviour > summary::after {
  content: "›" / "";
  grid-column: -2;
  grid-row: 1;
  color: var(--soft);
  font-size: 1.2rem;
  line-height: 1;
  text-align: center;
}
.behaviour[open] > summary::after { rotate: 90deg; }
.behaviour > summary:hover { background: var(--panel); }
.behaviour > summary h4 { font-size: 0.98rem; font-weight: 500; }
.failed > summary h4 { font-weight: 700; }
.behaviour > summary .verdict { font-size: 0.86rem; font-weight: 600; }
.behaviour > summary .says { color: var(--soft); font-size: 0.93rem; grid-column: 4; }
.behaviour.failed > summary .says { color: var(--ink); }
.behaviour > summary .level { grid-column: 3; grid-row: 2; justify-self: start; }
.level {
  font-size: 0.78rem;
  padding: 0 0.45em;
  border: 1px solid var(--line);
  border-radius: 4px;
  color: var(--soft);
  background: var(--panel);
}
.behaviour[open] { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; margin: 0.5rem 0; }
.behaviour[open] > summary { padding: 0.7rem 1rem; }
.behaviour[open].failed > summary { background: var(--failed-tint); border-radius: 9px 9px 0 0; }
.inside { padding: 0.9rem 1.2rem 1.3rem; scroll-margin-top: 5rem; }
.requirement { font-size: 1.05rem; }
`;

const narrow = `
@media (max-width: 44rem) {
  .behaviour > summary { grid-template-columns: 1.3rem 4.3rem 1fr 0.8rem; }
  .behaviour > summary .says { grid-column: 1 / -2; grid-row: 3; padding-left: 1.9rem; }
  .behaviour > summary .level { grid-column: 2; grid-row: 2; }
  .inside { padding: 0.8rem 0.8rem 1.1rem; }
  .bytes { font-size: 0.78rem; }
  .bytes td:last-child { letter-spacing: 0.08em; padding: 0; }
  .again .quiet { flex-basis: 100%; }
  #filter .actions { margin-left: 0; }
}
`;

const evidence = `
.part { margin-top: 1.25rem; }
.part h5 {
  font-size: 0.8rem;
  font-weight: 650;
  letter-spacing: 0.06em;
  text-transform: uppercase;
  color: var(--soft);
  margin-bottom: 0.3rem;
}
.part p { max-width: 50rem; }
.summary { font-size: 1.05rem; }
.steps { padding-left: 1.6rem; }
.steps li { margin: 0.1rem 0; }
.words > div { display: grid; grid-template-columns: 6rem 1fr; }
.words dt { color: var(--soft); }
pre {
  padding: 0.75rem 0.9rem;
  background: var(--skipped-tint);
  border: 1px solid var(--line);
  border-radius: 7px;
  font-size: 0.85rem;
  line-height: 1.5;
  overflow-x: auto;
  overflow-wrap: normal;
  tab-size: 4;
}
pre code { font-size: inherit; }
.sides { display: flex; flex-wrap: wrap; gap: 0.8rem 2.2rem; margin-top: 0.6rem; padding-bottom: 3px; overflow-x: auto; }
.bytes { border-collapse: collapse; font-size: 0.86rem; line-height: 1.75; overflow-wrap: normal; }
.bytes caption {
  text-align: left;
  font-weight: 600;
  font-family: ui-sans-serif, system-ui, sans-serif;
  padding-bottom: 0.15rem;
}
.bytes th { font-weight: 400; color: var(--soft); text-align: right; padding: 0 0.8rem 0 0; }
.bytes thead th { text-align: left; font-size: 0.78rem; border-bottom: 1px solid var(--line); font-family: ui-sans-serif, system-ui, sans-serif; }
.bytes td { white-space: nowrap; padding: 0 0.9rem 0 0; }
.bytes td:last-child { letter-spacing: 0.2em; }
mark {
  background: var(--failed-tint);
  color: var(--failed);
  font-weight: 700;
  border-bottom: 2px solid var(--failed);
}
mark.missing { border-bottom-style: dotted; font-weight: 400; }
mark.first { outline: 2px solid var(--failed); outline-offset: 1px; border-radius: 1px; }
.scrolls { overflow-x: auto; margin-top: 0.3rem; }
.diagram { display: block; font-size: 12px; }
.diagram text { fill: var(--ink); paint-order: stroke; stroke: var(--panel); stroke-width: 4px; stroke-linejoin: round; }
.diagram .time, .diagram .soft text, .diagram text.soft { fill: var(--soft); }
.diagram .name { font-weight: 600; stroke: none; }
.diagram .head { fill: var(--skipped-tint); stroke: var(--line); }
.diagram .life { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 1 3; }
.diagram .pause { fill: var(--panel); stroke: var(--soft); stroke-dasharray: 2 2; }
.arrow line { stroke: var(--ink); stroke-width: 1.4; }
.arrow .tip { fill: var(--ink); }
.arrow .cross, .arrow.cut line { stroke: var(--ink); stroke-width: 1.8; fill: none; }
.arrow.soft line { stroke: var(--soft); }
.arrow.soft .tip { fill: var(--soft); }
.arrow.fin line { stroke-dasharray: 7 4; }
.arrow.wrong line, .arrow.wrong .cross { stroke: var(--failed); }
.diagram .wrong text { fill: var(--failed); font-weight: 700; }
.aside circle { fill: var(--panel); stroke: var(--soft); }
.aside.wrong circle { stroke: var(--failed); stroke-width: 1.6; }
.aside path { fill: none; stroke: var(--failed); stroke-width: 1.4; stroke-linejoin: round; }
.in-words summary { cursor: pointer; color: var(--link); margin: 0.4rem 0; width: fit-content; }
.again { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.8rem; margin-top: 0.4rem; }
.again .quiet { flex: 0 0 11.5rem; font-size: 0.92rem; }
.again code { flex: 1 1 16rem; padding: 0.35rem 0.6rem; background: var(--skipped-tint); border: 1px solid var(--line); border-radius: 6px; font-size: 0.85rem; }
.again code span { display: inline-block; max-width: 100%; }
.again .copy { min-width: 6.2rem; }
`;

/** The part of the style sheet that is about behaviours. */
export const evidenceStyle = `${list}${evidence}${narrow}`;
