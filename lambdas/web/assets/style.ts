export const styleSheet = `
:root {
  color-scheme: light dark;
  --page: #f5f1ea; --sheet: #fff; --ink: #23303b; --quiet: #56646f; --line: #8b98a1;
  --accent: #1d5f6e; --on-accent: #fff; --soft: #e6f0f1; --warn: #9a2a1f; --warn-soft: #fbeae7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12181d; --sheet: #1c252c; --ink: #eef2f4; --quiet: #b3c0c9; --line: #6d7c87;
    --accent: #8fd3e0; --on-accent: #10222a; --soft: #223640; --warn: #ffb3a8; --warn-soft: #3a2522;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 1.0625rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
  overflow-wrap: break-word;
}
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--sheet); padding: .5rem 1rem; }
header, main, footer { max-width: 40rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1rem; padding-bottom: .75rem; font-weight: 600; }
header a { color: var(--ink); text-decoration: none; }
main > section, main > form, .sheet {
  background: var(--sheet); border-radius: .875rem; padding: 1.125rem; margin: 0 0 1rem;
}
footer { color: var(--quiet); font-size: .9375rem; padding-top: .5rem; padding-bottom: 2rem; }
h1 { font-size: 1.625rem; line-height: 1.25; margin: .25rem 0 .75rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .5rem; }
p, ul, ol, dl { margin: 0 0 1rem; }
li { margin-bottom: .375rem; }
section > :last-child, form > :last-child, li:last-child { margin-bottom: 0; }
a { color: var(--accent); text-underline-offset: .15em; }
.hero { font-size: clamp(1.75rem, 8vw, 2.5rem); line-height: 1.15; font-weight: 700; margin: 0 0 .5rem; }
.quiet, .hint { color: var(--quiet); }
.hint { margin: 0 0 .375rem; font-size: .9375rem; }
.field { border: 0; padding: 0; margin: 0 0 .75rem; min-width: 0; }
.field > label, legend { display: block; font-weight: 600; padding: 0; margin: 0 0 .125rem; }
input[type='text'], input[type='email'], input[type='date'], select {
  width: 100%; min-height: 2.75rem; font: inherit; color: inherit; background: var(--sheet);
  border: 1.5px solid var(--line); border-radius: .5rem; padding: .375rem .625rem;
}
.pill { border: 1.5px solid var(--line); border-radius: .625rem; }
.pill:has(:checked) { border-color: var(--accent); background: var(--soft); }
.row:has(> .pill) { gap: .375rem; margin-top: .25rem; }
.choice { display: flex; gap: .625rem; align-items: flex-start; padding: .5rem 0; }
.choice.pill { gap: .375rem; align-items: center; padding: .3125rem .625rem .3125rem .375rem; }
.choice input { width: 1.5rem; height: 1.5rem; margin: 0; flex: none; accent-color: var(--accent); }
.row { display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
button, .button {
  display: inline-block; font: inherit; font-weight: 600; border: 1.5px solid var(--accent);
  border-radius: .625rem; padding: .625rem 1.25rem; min-height: 2.875rem; cursor: pointer;
  background: var(--accent); color: var(--on-accent); text-decoration: none;
}
button.second { background: transparent; color: var(--accent); }
button.danger { background: transparent; color: var(--warn); border-color: var(--warn); }
main form.inline { background: none; padding: 0; margin: 0 0 1rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .25rem; }
.error { color: var(--warn); font-weight: 600; margin: 0 0 .375rem; }
.wrong { border-left: 4px solid var(--warn); padding-left: .75rem; }
.notice { border-left: 4px solid var(--accent); background: var(--soft); }
main > .summary { border: 2px solid var(--warn); background: var(--warn-soft); }
.summary a { color: var(--warn); }
details { border-top: 1px solid var(--line); }
details > summary { cursor: pointer; font-weight: 600; padding: .75rem 0; min-height: 2.75rem; }
details form { padding: 0 0 .5rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; }
dt { color: var(--quiet); } dd { margin: 0; }
.told { margin: .25rem 0 .75rem; color: var(--quiet); font-size: .9375rem; }
.consent { font-size: .9375rem; line-height: 1.45; }
.consent legend { position: absolute; left: -999rem; }
.field .told { margin-bottom: 0; }
button.link { min-height: 1.5rem; padding: 0; border: 0; background: none; color: var(--accent); font-weight: 400; text-decoration: underline; text-underline-offset: .15em; }
button:disabled { opacity: .65; cursor: default; }
.intro { background: none; padding: 0 .25rem; }
form > details { margin: 0 0 .75rem; border-bottom: 1px solid var(--line); }
form > details > summary { padding: .5rem 0; min-height: 0; }
.line { display: block; width: 100%; height: auto; margin: .25rem 0 .75rem; }
.line .rest { stroke: var(--line); stroke-width: 2; stroke-dasharray: 1 9; stroke-linecap: round; }
.line .done { stroke: var(--accent); stroke-width: 5; stroke-linecap: round; }
.line .today { fill: var(--accent); }
.line .end { fill: var(--sheet); stroke: var(--accent); stroke-width: 2.5; }
.metrics { list-style: none; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); }
.metrics li { background: var(--soft); border-radius: .625rem; padding: .75rem; margin: 0; }
.metrics strong { display: block; font-size: 1.75rem; line-height: 1.15; }
main .today { font-size: 1.25rem; font-weight: 600; line-height: 1.35; }
.plan { list-style: none; padding: 0; }
.plan li { padding: .375rem 0 .375rem .75rem; border-left: 3px solid var(--line); margin: 0; }
.plan li[aria-current] { border-color: var(--accent); font-weight: 600; }
.plan .quiet { display: block; font-weight: 400; font-size: .9375rem; }
textarea { width: 100%; color: inherit; background: var(--sheet); border: 1.5px solid var(--line); border-radius: .5rem; padding: .5rem; }
.trap { position: absolute; left: -999rem; width: 1px; height: 1px; overflow: hidden; }
code, textarea { font: .9375rem/1.4 ui-monospace, monospace; }
`;
