/** The gallery as one page of HTML that needs nothing but its pictures. */
import type { Entry, Result } from './entries.js'

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => escapes[c] as string)

const words = (name: string): string => name.replace(/\.png$/, '').replaceAll(/[-_]/g, ' ')

const relation: Readonly<Record<string, string>> = { '<=': '≤', '>=': '≥', '=': '=' }

const targetOf = (target: string): string => target.replace(/^(<=|>=|=)/, (sign) => relation[sign] as string)

const verdict = ({ metric, value, target, ok, seconds }: Result): string =>
  `<p class="figure ${ok ? 'met' : 'missed'}"><b>${escaped(words(metric))}</b> ${String(value)} <span>target ${escaped(targetOf(target))}, ${ok ? 'met' : 'missed'}, in ${String(seconds)} s</span></p>`

/** Pictures load when they come into view: there are many. */
const pictureOf = ({ id, title }: Entry, name: string): string =>
  `<a href="${id}/${escaped(name)}"><img loading="lazy" src="${id}/${escaped(name)}" alt="${escaped(`${title}: ${words(name)}`)}"></a>`

const cardOf = (entry: Entry): string => {
  const { id, title, page, result } = entry
  const run = result === undefined ? '<p class="figure">Not run yet.</p>' : verdict(result)
  const pictures = (result?.pictures ?? []).map((name) => pictureOf(entry, name)).join('\n')
  return `<section id="${id}">
<h2><a href="#${id}">${id}</a> ${escaped(title)}</h2>
${run}
<p>${escaped(page)}</p>
<div class="pictures">
${pictures}
</div>
</section>`
}

const style = `
:root { color-scheme: light dark; --ink: #1f2328; --paper: #fff; --soft: #59636e; --line: #d1d9e0; --card: #f6f8fa; --met: #1a7f37; --missed: #cf222e; --link: #0969da }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --soft: #9198a1; --line: #30363d; --card: #151b23; --met: #3fb950; --missed: #f85149; --link: #4493f8 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.25rem 6rem; color: var(--ink); background: var(--paper); font: 16px/1.6 system-ui, sans-serif }
h1 { font-size: 2rem; margin: 0 0 .25rem } h2 { font-size: 1.25rem; margin: 0 }
a { color: var(--link); text-decoration: none } a:hover { text-decoration: underline }
nav { display: flex; flex-wrap: wrap; gap: .35rem; margin: 1.5rem 0 2.5rem }
nav a { padding: .15rem .6rem; border: 1px solid var(--line); border-radius: 1rem; font-size: .85rem; color: var(--ink) }
section { padding: 1.5rem; margin-bottom: 1.5rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); scroll-margin-top: 1rem }
section > p { max-width: 60rem }
.figure { margin: .25rem 0 0; font-size: .95rem } .figure span { color: var(--soft) } .met b { color: var(--met) } .missed b { color: var(--missed) }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start }
.pictures a { display: block; padding: .5rem; border-radius: .5rem; background: #fff; border: 1px solid var(--line) }
.pictures img { display: block; max-width: 100%; max-height: 22rem; image-rendering: auto }
`

export const pageOf = (entries: readonly Entry[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>fluxion: gallery</title>
<style>${style}</style>
</head>
<body>
<h1>Gallery</h1>
<p>Systems of a course in machine perception, each trained on real data by <code>npm run example -- &lt;id&gt;</code> within three minutes on two CPU cores.
${String(entries.filter(({ result }) => result?.ok === true).length)} of ${String(entries.length)} meet their targets in the runs shown.</p>
<nav>${entries.map(({ id, title }) => `<a href="#${id}">${id} ${escaped(title)}</a>`).join('\n')}</nav>
${entries.map(cardOf).join('\n')}
</body>
</html>
`
