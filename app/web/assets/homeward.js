// What pages do beyond plain links and forms. Every page also works without this file.

import { initAll } from '/static/govuk-frontend.min.js'

initAll()
document.addEventListener('htmx:load', (event) => {
  if (event.detail.elt === document.body) return
  initAll({ scope: event.detail.elt })
  startAutosaves(event.detail.elt)
})

// --- Autosave: <form data-autosave>, saved by POST to its own address while the person types -----------------

const QUIET_MS = 1000 // saved this long after the last key
const LONGEST_MS = 5000 // and at least this often while typing goes on
const PATIENCE_MS = 8000 // a request that takes longer is given up and tried again
const SIGN_IN_MS = 4000 // how often a page whose session has ended looks for a new one
const autosaves = new Map()

class Autosave {
  constructor (form) {
    this.form = form
    this.changes = 0 // counts edits; saved up to `savedChanges`
    this.savedChanges = 0
    this.stopped = false // after a conflict only the Save button may write
    this.signedOut = false // the page's form token belongs to a session that has ended
    this.renewed = false
    this.letThrough = false // what the form holds is saved, or only the server can say why not
    this.pressed = false
    this.failures = 0
    this.timer = null
    this.firstUnsaved = null
    this.inFlight = null
    const edited = (event) => { if (event.target.name) this.edited() }
    form.addEventListener('input', edited)
    form.addEventListener('change', edited)
    // Capture: the text is saved first; a page that the button brings up could lose it when nobody answers.
    form.addEventListener('submit', (event) => this.submitting(event), true)
    form.addEventListener('htmx:afterRequest', () => { this.stopped = false }) // sent in place, typing goes on
  }

  get unsaved () { return this.form.isConnected && this.changes > this.savedChanges }

  edited () {
    this.changes += 1
    const count = this.form.querySelector('input[name="edits"]') // tells a delayed save from the one after it
    if (count) count.value = this.changes
    if (this.stopped) return
    this.firstUnsaved ??= Date.now()
    const longest = this.firstUnsaved + LONGEST_MS - Date.now()
    this.later(Math.max(0, Math.min(QUIET_MS, longest)))
  }

  later (milliseconds) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), milliseconds)
  }

  // Resolves to 'saved', 'refused' (only a person can go on) or 'out' (nobody took it; it is tried again).
  save ({ leaving = false } = {}) {
    clearTimeout(this.timer)
    if (this.inFlight) return this.inFlight.then((outcome) => (this.unsaved && outcome === 'saved' ? this.save({ leaving }) : outcome))
    if (!this.unsaved) return Promise.resolve('saved')
    if (this.stopped) return Promise.resolve('refused')
    this.inFlight = this.send(leaving).finally(() => { this.inFlight = null })
    return this.inFlight
  }

  async send (leaving) {
    this.firstUnsaved = null
    if (this.signedOut && !(await this.renew())) return this.waitForSignIn()
    const sent = this.changes
    this.say('saving', 'Saving…')
    let answer
    try {
      answer = await fetch(this.form.getAttribute('action') || location.href, {
        method: 'POST',
        body: this.body(),
        headers: { Accept: 'application/json', 'X-Autosave': '1' },
        credentials: 'same-origin',
        redirect: 'manual',
        keepalive: leaving,
        signal: leaving ? undefined : AbortSignal.timeout(PATIENCE_MS)
      })
      if (answer.ok) {
        const saved = await answer.json()
        const version = this.form.querySelector('input[name="version"]')
        if (version && saved.version !== undefined) version.value = saved.version
        this.savedChanges = sent
        this.failures = 0
        this.renewed = false
        if (this.unsaved) this.later(QUIET_MS)
        else this.say('saved', `Saved ${saved.saved_at}`)
        return 'saved'
      }
    } catch {
      answer = null // no connection, too slow, or an answer that is not ours
    }
    return this.refused(answer)
  }

  async refused (answer) {
    this.failures += 1
    const status = answer?.status ?? 0
    const { problem } = status >= 400 ? await answer.json().catch(() => ({})) : {}
    if (status === 401 || answer?.type === 'opaqueredirect' || (status === 403 && !this.renewed)) return this.waitForSignIn()
    if (status === 409) {
      this.stopped = true
      this.say('problem', `Not saved – ${problem || 'Someone else changed this.'} Press Save to see both texts`)
      return 'refused'
    }
    if (status >= 400 && status < 500 && status !== 429) {
      this.say('problem', problem ? `Not saved – ${problem}` : 'Not saved – keep this page open and press Save')
      return 'refused'
    }
    this.say('problem', 'Not saved – keep this page open')
    this.later(Math.min(30000, 1000 * 2 ** this.failures))
    return 'out'
  }

  waitForSignIn () {
    this.signedOut = true
    this.say('problem', 'Not saved – keep this page open and sign in again in another tab; it then saves by itself')
    this.later(SIGN_IN_MS)
    return 'out'
  }

  // After signing in elsewhere this page's forms carry the token of a session that has ended: take the new one.
  async renew () {
    try {
      const page = await fetch(location.href, { credentials: 'same-origin', redirect: 'manual', headers: { Accept: 'text/html' } })
      if (!page.ok) return false
      const fresh = new DOMParser().parseFromString(await page.text(), 'text/html').querySelector('input[name="csrf_token"]')
      if (!fresh) return false
      for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = fresh.value
    } catch {
      return false
    }
    this.signedOut = false
    this.renewed = true
    return true
  }

  body () {
    const fields = new FormData(this.form)
    const holdsFiles = [...fields.values()].some((value) => value instanceof File && value.size)
    if (holdsFiles) return fields
    for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name)
    return new URLSearchParams(fields)
  }

  submitting (event) {
    clearTimeout(this.timer)
    if (this.letThrough || !(this.unsaved || this.inFlight)) {
      this.letThrough = false
      this.stopped = true
      this.savedChanges = this.changes
      return
    }
    event.preventDefault()
    event.stopImmediatePropagation()
    if (this.pressed) return
    this.pressed = true
    const { submitter } = event
    this.save().then((outcome) => {
      this.pressed = false
      if (outcome === 'out') return
      this.letThrough = true
      setTimeout(() => this.form.requestSubmit(submitter)) // a form cannot be sent while it is being sent
    })
  }

  say (state, words) {
    const id = this.form.getAttribute('id') // a field may be called id, or action
    const places = [...this.form.querySelectorAll('[data-save-status]')]
    if (id) places.push(...document.querySelectorAll(`[data-save-status="${CSS.escape(id)}"]`))
    for (const place of new Set(places)) {
      place.dataset.state = state
      if (place.textContent !== words) place.textContent = words
    }
  }
}

function startAutosaves (scope) {
  const forms = [...scope.querySelectorAll('form[data-autosave]')]
  if (scope.matches?.('form[data-autosave]')) forms.push(scope)
  for (const form of forms) if (!autosaves.has(form)) autosaves.set(form, new Autosave(form))
  for (const form of autosaves.keys()) if (!form.isConnected) autosaves.delete(form)
}

const unsavedForms = () => [...autosaves.values()].filter((autosave) => autosave.unsaved)

startAutosaves(document.body)

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') for (const autosave of unsavedForms()) autosave.save({ leaving: true })
})

window.addEventListener('beforeunload', (event) => {
  if (!unsavedForms().length) return
  event.preventDefault()
  event.returnValue = true
})

// Following a link saves first; only when that fails does the browser ask whether to leave.
document.addEventListener('click', async (event) => {
  const link = event.target.closest?.('a[href]')
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute('download')) return
  if (link.origin !== location.origin || (link.hash && link.pathname === location.pathname)) return
  const waiting = unsavedForms()
  if (!waiting.length) return
  event.preventDefault()
  await Promise.race([
    Promise.all(waiting.map((autosave) => autosave.save())),
    new Promise((resolve) => setTimeout(resolve, 3000))
  ])
  location.assign(link.href)
})

// A long agenda at the side begins at the item that is open.
const currentItem = document.querySelector('.hw-rail__item--current')
const rail = currentItem?.closest('.hw-work__rail')
if (rail) rail.scrollTop = currentItem.offsetTop - rail.clientHeight / 2

// --- Keys and buttons ----------------------------------------------------------------------------------------

document.addEventListener('click', (event) => {
  if (event.target.closest?.('[data-print]')) window.print()
})

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey) return
  const choosing = event.target.closest?.('select')
  if (event.altKey && !event.shiftKey && !choosing && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    const link = document.querySelector(event.key === 'ArrowUp' ? '[data-previous-item]' : '[data-next-item]')
    if (!link) return
    event.preventDefault()
    link.click()
    return
  }
  const typing = event.target.closest?.('input, textarea, select, [contenteditable]')
  if (event.key === '/' && !event.altKey && !typing) {
    const search = document.querySelector('[data-search]')
    const elsewhere = document.querySelector('[data-search-page]')
    if (!search && !elsewhere) return
    event.preventDefault()
    if (!search) return elsewhere.click()
    search.focus()
    search.select?.()
  }
})

// <form data-once>: one press, one request. The button works again after a while, for an answer that is a download.
document.addEventListener('submit', (event) => {
  const form = event.target
  if (!form.matches('form[data-once]')) return
  const buttons = [...form.querySelectorAll('button:not([type="button"]), input[type="submit"]')]
  const enable = () => { for (const button of buttons) button.disabled = false }
  setTimeout(() => { for (const button of buttons) button.disabled = true }) // after the browser has read the form
  setTimeout(enable, 10000)
  form.addEventListener('htmx:afterRequest', enable, { once: true })
})

// A page taken back from the browser's memory may show what has changed since, or what a signed-out person saw.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})

// --- Parts swapped in by htmx --------------------------------------------------------------------------------

let lostFocus = null
let asking = null // a button that is disabled while its form is sent loses the focus before the swap

document.addEventListener('htmx:beforeRequest', () => { asking = document.activeElement })
document.addEventListener('htmx:beforeSwap', (event) => {
  const activeElement = document.activeElement === document.body ? asking : document.activeElement
  const inside = activeElement && activeElement !== document.body && event.detail.target?.contains(activeElement)
  lostFocus = inside ? { id: activeElement.id, target: event.detail.target.id } : null
})

// A swap that takes away the focused element gives the focus to its successor, or to the part itself.
document.addEventListener('htmx:afterSettle', () => {
  const lost = lostFocus
  lostFocus = null
  if (!lost || (document.activeElement && document.activeElement !== document.body)) return
  const part = lost.target && document.getElementById(lost.target)
  const next = (lost.id && document.getElementById(lost.id)) || part?.querySelector('[data-focus], [autofocus]') || part
  if (!next) return
  if (next === part && !next.hasAttribute('tabindex')) next.setAttribute('tabindex', '-1')
  next.focus({ preventScroll: true })
})

function showProblem (words) {
  const place = document.getElementById('page-problem')
  if (!place) return
  place.hidden = false
  place.textContent = words
}

document.addEventListener('htmx:sendError', () => {
  showProblem('There is no connection just now. Nothing was changed; try again in a moment.')
})
document.addEventListener('htmx:timeout', () => {
  showProblem('The service took too long to answer. Reload the page to see whether it was done.')
})
document.addEventListener('htmx:responseError', (event) => {
  const gone = event.detail.xhr.status === 401
  showProblem(gone ? 'You have been signed out. Sign in again to go on.' : 'That did not work. Reload the page and try again.')
})
document.addEventListener('htmx:beforeRequest', () => {
  const place = document.getElementById('page-problem')
  if (place) place.hidden = true
})
