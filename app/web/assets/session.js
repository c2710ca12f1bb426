// Says in time that a session is about to end, and lets the person go on. Only where something could be lost: on
// pages with a form of their own.

const WARN_S = 150 // at least two minutes before the end
const body = document.body
let endsAt = Date.now() + Number(body.dataset.sessionLeft) * 1000
let banner = null

const left = () => Math.round((endsAt - Date.now()) / 1000)

async function ask (method) {
  const token = document.querySelector('input[name="csrf_token"]')?.value ?? ''
  try {
    const answer = await fetch('/session', {
      method,
      credentials: 'same-origin',
      redirect: 'manual',
      headers: { Accept: 'application/json', 'X-CSRF-Token': token }
    })
    if (answer.ok) {
      const session = await answer.json()
      endsAt = Date.now() + session.left * 1000
      return session
    }
    return answer.status === 401 ? { left: 0 } : null
  } catch {
    return null // no connection: asked again soon
  }
}

// Another tab, or a save, may have gone on meanwhile: ask before warning. Asking alone changes nothing.
async function look () {
  if (left() > WARN_S) {
    hide()
    return
  }
  const session = await ask('GET')
  if (session && session.left > WARN_S) hide()
  else if (session) warn(session)
}

function warn (session) {
  if (!banner) {
    banner = document.createElement('div')
    banner.className = 'hw-ending'
    banner.setAttribute('role', 'alert')
    body.append(banner)
  }
  const ended = session.left <= 0
  const kind = ended ? 'ended' : session.final ? 'final' : 'idle'
  if (banner.dataset.kind === kind) return
  banner.dataset.kind = kind
  const line = document.createElement('p')
  line.className = 'govuk-body'
  const clock = new Date(endsAt).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/London' })
  line.textContent = ended
    ? 'You have been signed out. Keep this page open and sign in again in another tab; then go on here.'
    : session.final
      ? `You will be signed out at ${clock}, when your session has lasted its longest. Save what you wrote and sign in again.`
      : `You will be signed out at ${clock}, because nothing was done for a while.`
  banner.replaceChildren(line)
  if (kind !== 'idle') return
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'govuk-button'
  button.textContent = 'Stay signed in'
  button.addEventListener('click', async () => {
    const answer = await ask('POST')
    if (answer && answer.left > 0) hide()
    else if (answer) warn(answer)
  })
  banner.append(button)
}

function hide () {
  banner?.remove()
  banner = null
}

// Counted by the clock, not by one long timer: a lid that was shut stops timers.
if (document.querySelector('main form[method="post"]')) setInterval(look, 10000)
