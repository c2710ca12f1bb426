// My actions where the network comes and goes: a save that fails says so beside its action, keeps the words for this
// tab until they are acknowledged, and offers to try again. Without this file a failed save is the browser's to tell.

import { clock, keep, keptOf, keptUnder, letGo, mark, put, valuesOf } from './keeping.js'

const FORM = 'form.hw-act__form'
const formOf = ({ detail }) => (detail.requestConfig?.elt ?? detail.elt)?.closest?.(FORM) // `elt` alone may be the list
const WORDS = ['move', 'note']
const version = (form) => form.elements.version.value

// What is on its way may never arrive: kept from the press on, gone when the service says that it was taken.
function keepWords (form, isTold = false) {
  const fields = Object.fromEntries(WORDS.map((name) => [name, valuesOf(form)[name] ?? []]))
  keep(form, { version: version(form), acknowledge: pressed.get(form) ?? false, isTold, fields })
}

const pressed = new WeakMap() // forms whose "Acknowledge" was pressed, to be pressed again

document.addEventListener('submit', (event) => {
  if (event.target.matches(FORM)) pressed.set(event.target, event.submitter?.name === 'acknowledge')
}, true)

document.addEventListener('htmx:beforeRequest', (event) => {
  const form = formOf(event)
  if (!form) return
  keepWords(form)
  say(form, '')
})

// Only a list that holds what was saved, or the form with a sentence, takes the place of the list on the page.
document.addEventListener('htmx:beforeSwap', (event) => {
  const form = formOf(event)
  if (!form) return
  const { status } = event.detail.xhr
  if (status < 300) keep(form, null)
  else if ([409, 422].includes(status)) keepWords(form, true)
  else event.detail.shouldSwap = false
})

document.addEventListener('reset', (event) => {
  if (!event.target.matches(FORM)) return
  keep(event.target, null)
  say(event.target, '')
})

document.addEventListener('htmx:afterRequest', (event) => {
  const form = formOf(event)
  const status = event.detail.xhr?.status ?? 0
  if (!form?.isConnected || (status >= 200 && status < 300) || [409, 422].includes(status)) return
  offer(form, problemOf(status))
})

for (const problem of ['htmx:sendError', 'htmx:responseError', 'htmx:timeout']) {
  document.addEventListener(problem, (event) => {
    if (formOf(event)) document.getElementById('page-problem').hidden = true // it is said beside the action instead
  })
}

function problemOf (status) {
  if (!status) return 'Not saved: there is no connection just now.'
  if (status === 401 || status === 403) return 'Not saved: you have been signed out, or this is no longer yours. Sign in again in another tab, then try again here.'
  if (status === 404) return 'Not saved: this action is no longer here, or no longer yours.'
  return 'Not saved: the service could not take it just now.'
}

function say (form, words, again) {
  let place = form.querySelector('.hw-act__unsaved')
  if (!place) {
    place = document.createElement('div')
    place.className = 'hw-act__unsaved'
    place.setAttribute('role', 'alert')
    form.append(place)
  }
  place.replaceChildren()
  place.hidden = !words
  if (!words) return
  const line = document.createElement('p')
  line.textContent = words
  place.append(line)
  if (again) place.append(again)
}

function offer (form, words) {
  const again = document.createElement('button')
  again.type = 'button'
  again.className = 'govuk-button govuk-button--secondary'
  again.textContent = 'Try again'
  again.addEventListener('click', async () => {
    await freshen(form)
    form.requestSubmit(pressed.get(form) ? form.querySelector('[name="acknowledge"]') : form.querySelector('.hw-act__save'))
  })
  say(form, `${words} What you wrote is kept on this page.`, again)
}

// Who signed in again in another tab has another form token; nobody saves what another wrote.
async function freshen (form) {
  try {
    const answer = await fetch(location.href, { credentials: 'same-origin', redirect: 'manual', headers: { Accept: 'text/html' } })
    const page = answer.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null
    const token = page?.querySelector('input[name="csrf_token"]')
    if (!token || page.body.dataset.mark !== mark) return
    for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = token.value
  } catch {
    // still no connection: the save itself will say so
  }
}

// A page that was loaded again: what had not been acknowledged stands in its form once more.
function bringBack (form) {
  const kept = keptOf(form)
  if (!kept?.fields || (kept.isTold && form.elements.note.value)) return // the page says already why it was not taken
  if (kept.version !== version(form) && arrived(form, kept)) {
    keep(form, null)
    return
  }
  for (const name of WORDS) put(form, name, kept.fields[name] ?? [])
  pressed.set(form, kept.acknowledge)
  offer(form, `What you wrote at ${clock(kept.at)} was not saved.`)
}

// It had arrived, only its answer was lost: the latest word on the action is this one.
function arrived (form, kept) {
  const last = form.closest('.hw-act')?.querySelector('.hw-act__last .hw-text')?.textContent ?? ''
  return last.trim() === (kept.fields.note?.[0] ?? '').trim()
}

// The action has left the list, perhaps because the save did arrive: its words are shown to be looked at or copied.
function tellOfOthers () {
  for (const { path, entry } of keptUnder('/actions/')) {
    const action = path.match(/^\/actions\/(\d+)\/updates$/)?.[1]
    if (!action || document.querySelector(`form[action="${path}"]`)) continue
    const note = document.createElement('section')
    note.className = 'hw-note hw-note--soon'
    const line = document.createElement('p')
    const link = document.createElement('a')
    link.href = `/actions/${action}`
    link.textContent = `Look at action ${action}`
    line.append(`Nobody knows whether your save of ${clock(entry.at)} arrived. `, link, '.')
    const said = document.createElement('p')
    said.className = 'hw-said'
    said.textContent = entry.fields?.note?.[0] ?? ''
    const done = document.createElement('button')
    done.type = 'button'
    done.className = 'govuk-button govuk-button--secondary'
    done.textContent = 'I have seen to it'
    done.addEventListener('click', () => {
      letGo(path)
      note.remove()
    })
    note.append(line, said, done)
    document.getElementById('my-actions').before(note)
  }
}

const bringAllBack = (scope) => {
  for (const form of scope.querySelectorAll(FORM)) if (form.hasAttribute('hx-post')) bringBack(form)
}

if (document.getElementById('my-actions')) {
  bringAllBack(document)
  tellOfOthers()
}
document.addEventListener('htmx:load', (event) => {
  if (event.detail.elt !== document.body) bringAllBack(event.detail.elt)
})

// <form data-largest="bytes">: said before a large file is sent for nothing. The service looks again.
document.addEventListener('change', ({ target }) => {
  const largest = Number(target.form?.dataset.largest)
  if (target.type !== 'file' || !largest) return
  const isTooLarge = [...target.files].some((file) => file.size > largest)
  target.setCustomValidity(isTooLarge ? `Choose a file of ${Math.floor(largest / 1048576)} MB or less` : '')
  target.reportValidity()
})
