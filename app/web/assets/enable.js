// Runs before the page is drawn, so that nothing jumps: tells the styles that scripts are on.
document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported')
