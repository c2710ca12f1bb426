// Saving by itself: <form data-autosave>, sent by POST to its own address while the person types. What others save
// meanwhile comes in where nothing was typed; what is not acknowledged yet is kept in the tab (keeping.js).

import { clock, keep, keptOf, keptWithoutForm, leaveNothing, mark, put, same, startKeeping, valuesOf } from '/static/keeping.js'

const QUIET_MS = 1000 // saved this long after the last key
const LONGEST_MS = 5000 // and at least this often while typing goes on
const SLOW_MS = 4000 // after so long without an answer the page no longer says that it is saving
const PATIENCE_MS = 8000 // a request that takes longer is given up and tried again, with more patience each time
const SIGN_IN_MS = 4000 // how often a page whose session has ended looks for a new one
const KEEP_MS = 300 // at most so much typing is lost with the tab
const MOST_KEPT_ALIVE = 60000 // browsers let no more outlive its page
const MOST_SENT = 9500000 // the server takes no more at once
const MOST_UNANSWERED = 4
const MOST_REPEATS = 3 // how often a late save catches up by itself before a person is asked
const autosaves = new Map()

// --- One form ------------------------------------------------------------------------------------------------

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
    this.keepTimer = null
    this.firstUnsaved = null
    this.inFlight = null
    this.catching = null
    this.repeats = 0
    this.unanswered = [] // what was sent and may have arrived: nobody conflicts with these words of their own
    this.known = valuesOf(form) // as the server is known to hold it; what differs was typed here
    this.editing = this.hidden('editing')?.value
    const edited = (event) => { if (event.target.name) this.edited() }
    form.addEventListener('input', edited)
    form.addEventListener('change', edited)
    // Capture: the text is saved first; a page that the button brings up could lose it when nobody answers.
    form.addEventListener('submit', (event) => this.submitting(event), true)
    form.addEventListener('htmx:afterRequest', () => { this.stopped = false }) // sent in place, typing goes on
    form.addEventListener('homeward:stands', (event) => this.stands(event.detail.version))
    if (form.dataset.unsaved !== undefined) {
      this.known = {} // the page came back with what could not be saved
      this.changes = 1
      this.keepNow()
    } else {
      this.bringBack()
    }
  }

  hidden (name) { return this.form.querySelector(`input[name="${name}"]`) }

  get version () { return Number(this.hidden('version')?.value ?? 0) }
  set version (number) { if (this.hidden('version')) this.hidden('version').value = number }

  get unsaved () { return this.form.isConnected && this.changes > this.savedChanges }

  edited () {
    this.changes += 1
    if (this.hidden('edits')) this.hidden('edits').value = this.changes // tells a delayed save from the one after it
    this.keepTimer ??= setTimeout(() => this.keepNow(), KEEP_MS)
    if (this.stopped) return
    this.firstUnsaved ??= Date.now()
    const longest = this.firstUnsaved + LONGEST_MS - Date.now()
    this.later(Math.max(0, Math.min(QUIET_MS, longest)))
  }

  later (milliseconds) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), milliseconds)
  }

  // Resolves to 'saved', 'refused' (a person has to decide on the page that comes), 'gone' (no page could keep the
  // text) or 'out' (nobody took it; it is tried again).
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
    if (this.signedOut && !(await this.renew())) return 'out'
    const sent = this.changes
    const values = valuesOf(this.form)
    this.unanswered = [...this.unanswered.slice(-MOST_UNANSWERED), values]
    this.say('saving', 'Saving…')
    const slow = setTimeout(() => this.say('problem', 'Not saved yet – keep this page open'), SLOW_MS)
    const body = this.body()
    let answer
    try {
      if (body.toString().length > MOST_SENT) return this.refused({ status: 413, json: async () => ({}) })
      answer = await fetch(this.form.getAttribute('action') || location.href, {
        method: 'POST',
        body,
        headers: { Accept: 'application/json', 'X-Autosave': '1' },
        credentials: 'same-origin',
        redirect: 'manual',
        keepalive: leaving && body.toString().length < MOST_KEPT_ALIVE,
        signal: leaving ? undefined : AbortSignal.timeout(PATIENCE_MS * Math.min(4, 1 + this.failures))
      })
      if (answer.ok) {
        this.acknowledged(sent, values, await answer.json())
        return 'saved'
      }
    } catch {
      answer = null // no connection, too slow, or an answer that is not ours
    } finally {
      clearTimeout(slow)
    }
    return this.refused(answer, leaving)
  }

  acknowledged (sent, values, saved) {
    if (saved.version !== undefined) this.version = saved.version
    if (this.editing) this.hidden('editing').value = this.editing // what was brought back is saved: from here a page of its own
    this.savedChanges = sent
    this.failures = this.repeats = 0
    this.renewed = this.stopped = false
    this.known = values
    this.unanswered = []
    this.clear()
    this.keepNow()
    if (saved.stands === false && !this.unsaved) location.reload() // later words of the same page were saved before
    else if (this.unsaved) this.later(QUIET_MS)
    else this.say('saved', `Saved ${saved.saved_at}`)
  }

  async refused (answer, leaving) {
    this.failures += 1
    const status = answer?.status ?? 0
    const { problem, fixed } = status >= 400 ? await answer.json().catch(() => ({})) : {}
    if (status === 401 || answer?.type === 'opaqueredirect' || (status === 403 && !this.renewed)) return this.waitForSignIn()
    if (status === 409) {
      if (!fixed && !leaving && this.repeats < MOST_REPEATS && await this.catchUp()) {
        this.repeats += 1
        return this.send(leaving)
      }
      this.stopped = true
      this.say('problem', `Not saved – ${problem || 'Someone else changed this.'} Press Save to see both texts`)
      return 'refused'
    }
    if ([403, 404, 413].includes(status)) {
      this.say('problem', `Not saved – ${status === 413 ? 'this is too much text for one save. Shorten it.' : 'this item is no longer here, or no longer yours to minute. Copy what you wrote before you leave this page.'}`)
      return 'gone'
    }
    if (status >= 400 && status < 500 && status !== 429) {
      this.say('problem', problem ? `Not saved – ${problem}` : 'Not saved – keep this page open and press Save')
      return 'refused'
    }
    this.say('problem', 'Not saved – keep this page open')
    this.later(Math.min(30000, 1000 * 2 ** this.failures))
    return 'out'
  }

  waitForSignIn (words = 'keep this page open and sign in again in another tab; it then saves by itself') {
    this.signedOut = true
    this.say('problem', `Not saved – ${words}`)
    this.later(SIGN_IN_MS)
    return 'out'
  }

  // After signing in elsewhere this page's forms carry the token of a session that has ended: take the new one,
  // if it is of the same person. Nobody saves what another wrote.
  async renew () {
    try {
      const page = await fetch(location.href, { credentials: 'same-origin', redirect: 'manual', headers: { Accept: 'text/html' } })
      const fresh = page.ok ? new DOMParser().parseFromString(await page.text(), 'text/html') : null
      const token = fresh?.querySelector('input[name="csrf_token"]')
      if (!token) {
        this.waitForSignIn()
        return false
      }
      if (fresh.body.dataset.mark !== mark) {
        this.waitForSignIn('somebody else is signed in here now. Copy what you wrote, or sign in again yourself in another tab')
        return false
      }
      for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token.value
    } catch {
      this.waitForSignIn('keep this page open')
      return false
    }
    this.signedOut = false
    this.renewed = true
    startKeeping()
    this.keepNow()
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
      if (outcome === 'out' || outcome === 'gone') return
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

  // --- Kept in the tab, and brought back

  keepNow () {
    clearTimeout(this.keepTimer)
    this.keepTimer = null
    const fields = {}
    const base = {}
    for (const [name, values] of Object.entries(valuesOf(this.form))) {
      if (same(values, this.known[name])) continue
      fields[name] = values
      base[name] = this.known[name] ?? []
    }
    const sent = this.unanswered.map((values) => Object.fromEntries(Object.keys(fields).map((name) => [name, values[name]])))
    const entry = { isProposal: this.stopped && keptOf(this.form)?.isProposal, version: this.version, editing: this.hidden('editing')?.value, edits: this.changes, fields, base, sent }
    keep(this.form, Object.keys(fields).length ? entry : null)
  }

  bringBack () {
    const kept = keptOf(this.form)
    if (!kept?.fields) return
    const lost = Object.keys(kept.fields).filter((name) => this.known[name] && !same(kept.fields[name], this.known[name]))
    if (!lost.length) {
      keep(this.form, null) // it had arrived after all
      return
    }
    const isLater = kept.version !== this.version // somebody saved meanwhile: measured against what it was based on
    for (const name of lost) {
      put(this.form, name, kept.fields[name])
      if (isLater) this.known[name] = kept.base[name] ?? []
    }
    this.version = kept.version
    this.unanswered = kept.sent ?? []
    // once more as the page that was lost, so that a save of it which did arrive is recognised
    if (kept.editing && this.editing) this.hidden('editing').value = kept.editing
    this.changes = Math.max(1, kept.edits)
    this.savedChanges = this.changes - 1
    if (this.hidden('edits')) this.hidden('edits').value = this.changes
    this.stopped = Boolean(kept.isProposal) // two texts were becoming one: which words stand is for the person to say
    this.keepNow()
    this.tell(`What you typed at ${clock(kept.at)} had not been saved when this page was lost. It is back in the text below.`)
    if (this.stopped) this.say('problem', 'Not saved – read what is back below, then press Save')
    else this.later(0)
  }

  tell (words) {
    const note = document.createElement('div')
    note.className = 'hw-note hw-note--soon'
    note.setAttribute('role', 'status')
    const line = document.createElement('p')
    line.className = 'govuk-body'
    note.append(line)
    this.form.before(note)
    setTimeout(() => { line.textContent = words }) // a region that is there before its words is read out
  }

  // --- What others saved meanwhile

  // Something newer stands: take over what was not touched here.
  async stands (version) {
    while (this.inFlight) await this.inFlight
    if (version <= this.version || this.catching || !this.form.isConnected) return
    this.catching = this.catchUp()
    const isWhole = await this.catching.finally(() => { this.catching = null })
    if (!isWhole || !this.unsaved) return
    this.stopped = false
    if (!this.inFlight) this.later(0)
  }

  // True when the form stands on the latest text with nothing changed both here and by somebody else.
  async catchUp () {
    let latest
    try {
      if (!this.form.dataset.latest) return false
      const answer = await fetch(this.form.dataset.latest, { headers: { Accept: 'application/json' }, credentials: 'same-origin', redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) })
      if (!answer.ok) return false
      latest = await answer.json()
    } catch {
      return false
    }
    if (latest.version < this.version || !this.form.isConnected) return false
    const here = valuesOf(this.form)
    let isWhole = true
    for (const name of Object.keys(here)) {
      if (latest.fields[name] === undefined) continue
      const there = [latest.fields[name]].flat()
      if (same(there, this.known[name])) continue
      const isOwn = this.unanswered.some((values) => values[name] && same(values[name], there))
      if (same(here[name], this.known[name])) put(this.form, name, there)
      else if (!isOwn && !same(here[name], there)) {
        isWhole = false
        this.offerBoth(name, latest)
        continue
      }
      this.known[name] = there
    }
    if (isWhole) {
      this.version = latest.version
      this.clear()
    }
    this.keepNow()
    return isWhole
  }

  // A quiet line under the field that two people changed.
  offerBoth (name, latest) {
    const group = this.form.querySelector(`[name="${CSS.escape(name)}"]`)?.closest('.govuk-form-group')
    if (!group) return
    let line = group.querySelector('[data-both]')
    if (!line) {
      line = document.createElement('p')
      line.className = 'hw-both'
      line.dataset.both = ''
      line.setAttribute('role', 'status')
      group.append(line)
    }
    const who = latest.by === 'You' ? 'You saved another text of this section in another window' : `${latest.by} saved this section`
    const words = `${who} at ${latest.at}. Yours is not saved yet. `
    if (line.firstChild?.textContent === words) return
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'hw-link-button'
    button.textContent = 'See both texts'
    button.addEventListener('click', () => this.form.requestSubmit())
    line.replaceChildren(words, button)
  }

  clear () {
    for (const line of this.form.querySelectorAll('[data-both]')) line.remove()
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
if (!document.querySelector('form[data-autosave], form[data-keep]')) keptWithoutForm()

document.addEventListener('htmx:load', (event) => {
  if (event.detail.elt !== document.body) startAutosaves(event.detail.elt)
})

// <form data-keep>: two texts becoming one. It saves by its button alone; until then the tab keeps it.
for (const form of document.querySelectorAll('form[data-keep]')) {
  const keepMerge = () => {
    const version = Number(form.querySelector('input[name="version"]').value)
    keep(form, { version, edits: 1, fields: valuesOf(form), base: {}, isProposal: true })
  }
  keepMerge()
  form.addEventListener('input', keepMerge)
  document.querySelector('[data-keep-stored]')?.addEventListener('click', () => keep(form, null))
}

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'hidden') return
  for (const autosave of unsavedForms()) {
    autosave.keepNow()
    autosave.save({ leaving: true })
  }
})

window.addEventListener('beforeunload', (event) => {
  if (!unsavedForms().length) return
  for (const autosave of unsavedForms()) autosave.keepNow()
  event.preventDefault()
  event.returnValue = true
})

const savedWithin = (milliseconds) => Promise.race([
  Promise.all(unsavedForms().map((autosave) => autosave.save())),
  new Promise((resolve) => setTimeout(resolve, milliseconds))
])

// Following a link saves first; only when that fails does the browser ask whether to leave.
document.addEventListener('click', async (event) => {
  const link = event.target.closest?.('a[href]')
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute('download')) return
  if (link.origin !== location.origin || (link.hash && link.pathname === location.pathname)) return
  if (!unsavedForms().length) return
  event.preventDefault()
  await savedWithin(3000)
  location.assign(link.href)
})

// --- Signing out: what is unsaved goes first, then nothing stays behind, in no tab of this browser -----------------

const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('homeward') : null

document.addEventListener('submit', async (event) => {
  const form = event.target
  if (form.getAttribute('action') !== '/sign-out' || event.defaultPrevented) return
  tabs?.postMessage({ saying: 'signing out', mark })
  if (unsavedForms().length) {
    event.preventDefault()
    await savedWithin(3000)
    leaveNothing()
    form.submit()
    return
  }
  leaveNothing()
})

tabs?.addEventListener('message', (event) => {
  if (event.data?.saying !== 'signing out' || event.data.mark !== mark) return
  for (const autosave of unsavedForms()) autosave.save()
  leaveNothing()
  setTimeout(() => { if (!unsavedForms().length) location.replace('/') }, 2000) // without a session: to the sign-in page
})
