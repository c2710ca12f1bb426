// Who else is at work on these minutes, and what changes there: <… data-live="/meetings/1/minutes/live">. News come
// as a stream, by asking where there is none; without this file the page only lacks them.

const BEAT_MS = 10000 // a page that is not heard of for thirty seconds is no longer there
const AGAIN_MS = 20000 // how soon a stream that was refused is tried again
const PAUSE_MS = 2000 // hidden for so long, and not on its way to another page
const root = document.querySelector('[data-live]')
const { live, liveItem = '' } = root.dataset
const page = ownName()
let stream = null
let streamsAt = 0 // not before
let beating = null
let pausing = null

// The same for every page of this tab: going on to the next item moves its person there, and nobody seems to leave.
function ownName () {
  const made = crypto.randomUUID?.() ?? Math.random().toString(36).slice(2)
  try {
    const kept = sessionStorage.getItem('homeward-tab') ?? made
    sessionStorage.setItem('homeward-tab', kept)
    return kept
  } catch {
    return made
  }
}

function show (news) {
  for (const item of news.items) {
    for (const line of document.querySelectorAll(`[data-item="${item.id}"]`)) mark(line, item)
    if (String(item.id) === liveItem) showItem(item)
  }
  const words = document.getElementById('progress-words')
  if (words) put(words, `${news.done} of ${news.total} ${news.total === 1 ? 'item has' : 'items have'} an outcome`)
  const bar = document.querySelector('progress[aria-labelledby="progress-words"]')
  if (bar) {
    bar.max = news.total || 1
    bar.value = news.done
  }
}

function mark (line, item) {
  line.classList.toggle('hw-rail__item--done', item.outcome === 'discussed')
  line.classList.toggle('hw-rail__item--passed', Boolean(item.outcome) && item.outcome !== 'discussed')
  put(line.querySelector('.hw-here'), item.here.join(', '))
  const link = line.querySelector('.hw-rail__link')
  if (!link) return
  put(part(link, 'hw-rail__status', item.shown), item.shown)
  put(part(link, 'hw-rail__here', item.here.length), item.here.join(', '))
}

// The part of a line with this class; made when there is something to put into it.
function part (link, name, isNeeded) {
  const found = link.querySelector(`.${name}`)
  if (found || !isNeeded) return found
  const made = document.createElement('span')
  made.className = name
  link.append(' ', made)
  return made
}

function put (place, words) {
  if (place && place.textContent !== words) place.textContent = words
}

function showItem (item) {
  const verb = item.here.length > 1 ? 'have' : 'has'
  const names = item.here.length > 1 ? `${item.here.slice(0, -1).join(', ')} and ${item.here.at(-1)}` : item.here[0]
  put(document.getElementById('also-here'), item.here.length ? `${names} ${verb} this item open too` : '')
  const form = document.querySelector('form[data-latest]')
  form?.dispatchEvent(new CustomEvent('homeward:stands', { detail: { version: item.version } }))
}

function listen () {
  if (stream || document.hidden || Date.now() < streamsAt || !window.EventSource) return
  stream = new EventSource(live)
  stream.addEventListener('news', (event) => show(JSON.parse(event.data)))
  stream.addEventListener('ended', (event) => {
    if (event.data === 'signed-out') hangUp()
  })
  stream.addEventListener('error', () => {
    if (stream?.readyState === EventSource.CLOSED) hangUp() // refused; a broken one comes back by itself
  })
}

function hangUp () {
  stream?.close()
  stream = null
  streamsAt = Date.now() + AGAIN_MS
}

async function beat (leaving) {
  const token = document.querySelector('input[name="csrf_token"]')?.value ?? ''
  const body = new URLSearchParams({ csrf_token: token, page, item: liveItem, ...(leaving ? { leaving: '1' } : {}) })
  try {
    const answer = await fetch(live, { method: 'POST', body, credentials: 'same-origin', redirect: 'manual', headers: { Accept: 'application/json' } })
    if (answer.ok && !leaving && stream?.readyState !== EventSource.OPEN) show(await answer.json())
  } catch {
    // the next one may get through; whether the text is saved is said elsewhere
  }
}

// A page in the background is not being worked on; and a browser opens only a few streams at once. A page that goes
// for good says nothing: the next one of this tab does, or it lapses.
function begin () {
  clearTimeout(pausing)
  if (document.hidden || beating) return
  beat()
  listen()
  beating = setInterval(() => {
    beat()
    listen()
  }, BEAT_MS)
}

function pause () {
  clearInterval(beating)
  beating = null
  stream?.close()
  stream = null
  beat(true)
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) pausing = setTimeout(pause, PAUSE_MS)
  else begin()
})

begin()
