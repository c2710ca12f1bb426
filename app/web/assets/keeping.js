// What was typed and is not saved yet: kept for this tab alone (sessionStorage) until it is acknowledged, gone at
// sign-out, never shown to somebody else. Also how the values of two texts are compared and put into a form.

const NOT_TYPED = new Set(['csrf_token', 'version', 'editing', 'edits', 'marks', 'go', 'submission_key'])

// --- The values of a form, by the names of its fields; each a list, since a name may stand for several ---------

export function valuesOf (form) {
  const values = {}
  for (const field of form.elements) if (field.name && !NOT_TYPED.has(field.name) && field.type !== 'file') values[field.name] = []
  for (const [name, value] of new FormData(form)) if (values[name] && typeof value === 'string') values[name].push(value)
  return values
}

// As the server keeps it: one kind of line end, no control characters, no blanks around. Nothing is like no value.
const NOT_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g
const plain = (value) => value.replace(/\r\n?/g, '\n').replace(NOT_TEXT, '').trim()
const plainAll = (values) => (values ?? []).map(plain).filter((value) => value).sort()

export function same (one, other) {
  const [first, second] = [plainAll(one), plainAll(other)]
  return first.length === second.length && first.every((value, place) => value === second[place])
}

export function put (form, name, values) {
  for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
    if (field.type === 'radio' || field.type === 'checkbox') field.checked = values.includes(field.value)
    else if (field === document.activeElement && field.tagName === 'TEXTAREA') putBesideCaret(field, values[0] ?? '')
    else field.value = values[0] ?? ''
  }
  form.dispatchEvent(new CustomEvent('homeward:put', { bubbles: true }))
}

// Words that arrive before the caret move it along with the words that it stands at; nothing scrolls away.
function putBesideCaret (field, text) {
  const was = field.value
  let head = 0
  while (head < was.length && head < text.length && was[head] === text[head]) head += 1
  let tail = 0
  while (tail < was.length - head && tail < text.length - head && was.at(-1 - tail) === text.at(-1 - tail)) tail += 1
  const moved = (place) => (place <= head ? place : place >= was.length - tail ? place + text.length - was.length : head)
  const { selectionStart, selectionEnd, selectionDirection, scrollTop } = field
  field.value = text
  field.setSelectionRange(moved(selectionStart), moved(selectionEnd), selectionDirection)
  field.scrollTop = scrollTop
}

// --- What is kept in this tab until it is acknowledged -----------------------------------------------------------

const PREFIX = 'homeward:unsaved:'
export const mark = document.body.dataset.mark // whose pages these are; never their name
let keeping = true
const keyOf = (form) => PREFIX + new URL(form.getAttribute('action') || location.href, location.href).pathname

export function keep (form, entry) {
  try {
    if (entry && keeping) sessionStorage.setItem(keyOf(form), JSON.stringify({ ...entry, mark, at: Date.now() }))
    else sessionStorage.removeItem(keyOf(form))
  } catch {
    // no storage, or no room in it: the text stands on the page and is saved from there
  }
}

export const keptOf = (form) => keptAt(keyOf(form))

function keptAt (key) {
  try {
    return JSON.parse(sessionStorage.getItem(key))
  } catch {
    return null
  }
}

// What is kept for the forms whose addresses begin so: each with its address.
export function keptUnder (beginning) {
  try {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX + beginning))
    return keys.map((key) => ({ path: key.slice(PREFIX.length), entry: keptAt(key) })).filter(({ entry }) => entry)
  } catch {
    return []
  }
}

export function letGo (path) {
  try {
    sessionStorage.removeItem(PREFIX + path)
  } catch {
    // no storage, so nothing is in it
  }
}

function forget (which = () => true) {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(PREFIX) && which(sessionStorage.getItem(key))) sessionStorage.removeItem(key)
    }
  } catch {
    // no storage, so nothing is in it
  }
}

function isAnothers (text) {
  try {
    return JSON.parse(text).mark !== mark
  } catch {
    return true
  }
}

forget(isAnothers)

// At sign-out: nothing stays, and nothing more is kept until the same person is back.
export function leaveNothing () {
  keeping = false
  forget()
}

export function startKeeping () { keeping = true }

export const clock = (instant) => new Date(instant).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/London' })

// The page has no form any more (the minutes went to the chair): what had not been saved is shown to be copied.
export function keptWithoutForm () {
  const key = PREFIX + location.pathname
  const kept = keptAt(key)
  if (!kept?.fields) return
  const note = document.createElement('section')
  note.className = 'hw-note hw-note--soon'
  note.setAttribute('aria-label', 'Not saved')
  const line = document.createElement('p')
  line.className = 'govuk-body'
  line.textContent = `What you typed at ${clock(kept.at)} was not saved, and this text can’t be changed now. Copy what you need; it goes when this tab is closed.`
  const done = document.createElement('button')
  done.type = 'button'
  done.className = 'govuk-button govuk-button--secondary'
  done.textContent = 'I have copied it'
  done.addEventListener('click', () => {
    sessionStorage.removeItem(key)
    note.remove()
  })
  const texts = Object.values(kept.fields).flat().filter((text) => text).map((text) => {
    const said = document.createElement('p')
    said.className = 'hw-said'
    said.textContent = text
    return said
  })
  note.append(line, ...texts, done)
  document.getElementById('main-content').prepend(note)
}
