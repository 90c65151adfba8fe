/** What probes say with: they return nothing for yes, `partly` or `says` for more, and throw for no. */
export const partly = (note) => ({ value: 'partly', note })
export const says = (text) => ({ value: text })
export const no = (why) => {
  throw new Error(why)
}

/** Throws unless two nested lists agree to a part in ten thousand. */
export const near = (got, want, at = 'it') => {
  const [a, b] = [[got].flat(9), [want].flat(9)]
  const ok = a.length === b.length && b.every((x, i) => Math.abs(Number(a[i]) - Number(x)) <= 1e-4 * (1 + Math.abs(Number(x))))
  if (!ok) throw new Error(`${at} gives ${JSON.stringify(a).slice(0, 80)}, not ${JSON.stringify(b).slice(0, 80)}`)
}

export const same = (got, want) => {
  const [a, b] = [[got].flat(9).map(Number), [want].flat(9).map(Number)]
  if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(`gives ${JSON.stringify(a)}, not ${JSON.stringify(b)}`)
}

/** A function that must be there. */
export const need = (object, name, where) => {
  const f = object?.[name]
  if (f === undefined) throw new Error(`there is no ${where}.${name}`)
  return f
}

const line = (error) =>
  String(error?.message ?? error)
    .split('\n')[0]
    .replace(/\s+/g, ' ')
    .replace(/(file:\/\/)?\/[\w/.@-]+\/node_modules\//g, '')
    .slice(0, 160)

/** Several attempts at one feature: yes where all pass, no where none does, partly with those that do not. */
export const parts = async (attempts) => {
  const bad = []
  for (const [name, f] of Object.entries(attempts)) {
    try {
      await f()
    } catch (error) {
      const why = line(error)
      bad.push(/^(there is no|it is missing)/.test(why) ? name : `${name}: ${why}`)
    }
  }
  if (bad.length === Object.keys(attempts).length) throw new Error(`there is no ${bad.join('; ')}`)
  return bad.length === 0 ? undefined : partly(`without ${bad.join('; ')}`)
}

const timed = (promise) =>
  Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error('no answer in 60 s')), 60_000).unref())])

export const outcome = async (probe) => {
  try {
    return (await timed(Promise.resolve().then(probe))) ?? { value: 'yes' }
  } catch (error) {
    return { value: 'no', note: line(error) }
  }
}
