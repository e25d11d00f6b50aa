// Sets the theme before the first paint: the chosen one, else the system's. A file of its own because the server's
// content policy forbids inline scripts.
(function () {
  var theme = null;
  try {
    theme = localStorage.getItem("distdiag.theme");
  } catch (error) {
    // Storage may be closed to us; the system's theme stands then.
  }
  if (theme !== "dark" && theme !== "light") {
    theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  document.documentElement.dataset.theme = theme;
})();
