// What pages do beyond plain links and forms. Every page also works without this file.

import { initAll } from '/static/govuk-frontend.min.js'

initAll()
document.addEventListener('htmx:load', (event) => {
  if (event.detail.elt === document.body) return
  initAll({ scope: event.detail.elt })
})

// A long agenda at the side begins at the item that is open.
const currentItem = document.querySelector('.hw-rail__item--current')
const rail = currentItem?.closest('.hw-work__rail')
if (rail) rail.scrollTop = currentItem.offsetTop - rail.clientHeight / 2

// --- Keys and buttons ----------------------------------------------------------------------------------------

document.addEventListener('click', (event) => {
  if (event.target.closest?.('[data-print]')) window.print()
})

// <button data-copy="text" hidden>: a field's text for the clipboard. Without this file the text can still be selected.
for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false

document.addEventListener('click', async (event) => {
  const button = event.target.closest?.('[data-copy]')
  const field = button && document.getElementById(button.dataset.copy)
  if (!field) return
  field.select()
  let copied = true
  try {
    await navigator.clipboard.writeText(field.value)
  } catch { // no leave, or no secure connection
    copied = document.execCommand('copy')
  }
  const place = document.querySelector(`[data-copied="${button.dataset.copy}"]`)
  if (place) place.textContent = copied ? 'Copied' : 'The text is selected: copy it with the keys of your computer'
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
