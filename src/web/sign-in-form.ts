import { type Html, html } from './html.ts'

/** The form that asks for the client id and the secret. */
export function signInForm(
  root: string,
  { to = '', client = '' }: { readonly to?: string; readonly client?: string }
): Html {
  return html`<form class="sign-in" method="post" action="${root}sign-in">
<p><label for="client">Client id</label><input id="client" name="client" value="${client}" required maxlength="100" autocomplete="username" spellcheck="false" autocapitalize="none"></p>
<p><label for="secret">Secret</label><input id="secret" name="secret" type="password" required maxlength="500" autocomplete="current-password"></p>
${to !== '' && html`<input type="hidden" name="to" value="${to}">`}
<p><button>Sign in</button></p>
</form>
<p>An administrator of your organization has both from the registry, as for any program that uses the API. You stay signed in for as long as an access token is good, and can only read.</p>
`
}
