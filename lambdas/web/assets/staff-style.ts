/** What the staff's pages have beyond the candidates' style. */
export const staffStyleSheet = `
.staff header, .staff main { max-width: 68rem; }
.staff header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; justify-content: space-between; }
.staff header form { display: flex; gap: .75rem; align-items: center; font-weight: 400; min-width: 0; }
.staff header form span { overflow-wrap: anywhere; }
button.small { padding: .25rem .75rem; min-height: 2.25rem; white-space: nowrap; }
.staff dd { overflow-wrap: anywhere; }
h3 { font-size: 1.0625rem; margin: 0 0 .125rem; }
.numbers { list-style: none; padding: 0; display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); }
.numbers li { margin: 0; }
.numbers a { display: block; padding: .75rem; border-radius: .625rem; background: var(--soft); text-decoration: none; }
.numbers strong { display: block; font-size: 1.75rem; line-height: 1.1; }
.cards { list-style: none; padding: 0; }
.cards li { border-top: 1px solid var(--line); padding: .75rem 0; margin: 0; }
.cards li:first-child { border-top: 0; padding-top: 0; }
.cards p, .flag p { margin: 0 0 .25rem; }
.flag { margin-top: .25rem; }
.cards details, .flag details { border: 0; }
.cards details > summary, .flag details > summary { font-weight: 400; color: var(--accent); padding: .375rem 0; min-height: 0; }
.tag { display: inline-block; background: var(--warn-soft); color: var(--warn); border-radius: .375rem; padding: 0 .375rem; margin-right: .375rem; font-size: .9375rem; }
.filters { display: grid; gap: 0 1rem; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); align-items: end; }
.filters .field { margin-bottom: .75rem; }
.filters > button, .filters > a { margin-bottom: .75rem; justify-self: start; }
table { border-collapse: collapse; width: 100%; margin: 0 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 600; }
tbody th .quiet { display: block; font-weight: 400; overflow-wrap: anywhere; }
td.date { white-space: nowrap; }
thead th { color: var(--quiet); font-weight: 400; }
@media (max-width: 48rem) {
  table, tbody, tr, th, td { display: block; border: 0; padding: 0; }
  thead { position: absolute; left: -999rem; }
  tr { border-top: 1px solid var(--line); padding: .625rem 0; }
  td { position: relative; padding-left: 8.5rem; min-height: 1.55em; }
  td::before { content: attr(data-label); color: var(--quiet); position: absolute; left: 0; }
  td.none { display: none; }
}
`;
