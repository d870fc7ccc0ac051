// Sets the colour scheme before the first paint, so that a dark control room never sees a white flash.
(function () {
  var kept = null;
  try {
    kept = localStorage.getItem("mantine-color-scheme-value");
  } catch (_) {
    kept = null;
  }
  var wanted = kept === "light" || kept === "dark" ? kept : matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  document.documentElement.setAttribute("data-mantine-color-scheme", wanted);
})();
