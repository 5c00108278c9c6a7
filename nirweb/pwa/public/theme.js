// Runs before the first paint, so that a dark room never gets a white flash. The choice itself is kept by features/theme.ts.
(function () {
  var wish = null;
  try {
    wish = localStorage.getItem("nirweb.theme");
  } catch (_) {
    // private mode without storage: the system's own theme
  }
  if (wish !== "light" && wish !== "dark" && wish !== "night") {
    wish = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  document.documentElement.dataset.theme = wish;
})();
