/* Passkeys: fetch the question, let the browser ask for a finger, a face or a PIN, and send the answer as an ordinary form.
   Every sentence comes from the page, in its language. Without this script the page keeps its other way. */

const buttons = document.querySelectorAll("button[data-passkey]");

const fromText = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const toText = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const described = (list) => (list ?? []).map((each) => ({ ...each, id: fromText(each.id) }));

function toMake(options) {
  const user = { ...options.user, id: fromText(options.user.id) };
  const excludeCredentials = described(options.excludeCredentials);
  return { ...options, challenge: fromText(options.challenge), user, excludeCredentials };
}

function toUse(options) {
  return { ...options, challenge: fromText(options.challenge), allowCredentials: described(options.allowCredentials) };
}

/* Only what the server reads: no brand of the authenticator, no way in which it is connected. */
function answered(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  const id = toText(credential.rawId);
  return { id, rawId: id, type: credential.type, response, clientExtensionResults: {} };
}

async function question(button) {
  const form = new FormData();
  form.set("purpose", button.dataset.purpose);
  form.set("csrfmiddlewaretoken", button.form.elements.csrfmiddlewaretoken.value);
  const answer = await fetch(button.dataset.question, { method: "POST", body: form, redirect: "error" });
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(), { name: "Refused", said: said.detail });
  return said;
}

function reason(button, error, waited, timeout) {
  if (error.name === "Refused" && error.said) return error.said;
  if (error.name === "NotAllowedError" && waited >= timeout) return button.dataset.late;
  if (error.name === "NotAllowedError" || error.name === "AbortError") return button.dataset.cancelled;
  if (error.name === "InvalidStateError") return button.dataset.known;
  if (error.name === "SecurityError" || error.name === "NotSupportedError") return button.dataset.cannot;
  return button.dataset.failed;
}

async function proceed(button, tell) {
  let began = performance.now();
  let timeout = Infinity;
  button.disabled = true;
  tell(button.dataset.waiting);
  try {
    const options = await question(button);
    timeout = (options.timeout ?? 120000) - 500;
    began = performance.now();
    const credential =
      button.dataset.passkey === "make"
        ? await navigator.credentials.create({ publicKey: toMake(options) })
        : await navigator.credentials.get({ publicKey: toUse(options) });
    button.form.elements[button.dataset.answer].value = JSON.stringify(answered(credential));
    button.form.submit();
  } catch (error) {
    tell(reason(button, error, performance.now() - began, timeout));
    button.disabled = false;
  }
}

for (const button of buttons) {
  const place = document.getElementById(button.getAttribute("aria-describedby"));
  const tell = (sentence) => {
    place.textContent = sentence;
    place.hidden = !sentence;
  };
  button.form.addEventListener("keydown", (event) => {
    const alone = !button.form.querySelector("button:not([type=button])");
    if (alone && event.key === "Enter" && event.target.tagName === "INPUT") {
      event.preventDefault();
      button.click();
    }
  });
  if (window.PublicKeyCredential && navigator.credentials) {
    button.hidden = false;
    button.addEventListener("click", () => proceed(button, tell));
  } else {
    tell(button.dataset.cannot);
  }
}
