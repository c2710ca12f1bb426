// The line that stands for a folded choice of readers says what is ticked in it: <details class="hw-marking">.

function words (details) {
  const names = [...details.querySelectorAll('input:checked')].map((box) => box.dataset.name)
  const readers = names.length ? `only ${['the chairs', ...names.slice(0, -1)].join(', ')} and ${names.at(-1)}` : 'everybody'
  const source = details.querySelector('select')
  return source.value ? `${readers}; source: ${source.selectedOptions[0].textContent}` : readers
}

function show (details) {
  const line = details.querySelector('[data-marking-words]')
  if (line.textContent === words(details)) return
  line.textContent = words(details)
  details.classList.toggle('hw-marking--closed', details.querySelector('input:checked') !== null)
}

document.addEventListener('change', (event) => {
  const details = event.target.closest?.('.hw-marking')
  if (details) show(details)
})
document.addEventListener('homeward:put', () => {
  for (const details of document.querySelectorAll('.hw-marking')) show(details)
})
