// Before anything is drawn: the theme (features/theme.ts). For somebody known here (features/account/me.ts): the files behind the sign-in.
(function () {
  function kept(key) {
    try {
      return localStorage.getItem(key);
    } catch (_) {
      return null; // private mode
    }
  }
  var wish = kept("nirweb.theme");
  if (wish !== "light" && wish !== "dark" && wish !== "night") {
    wish = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  document.documentElement.dataset.theme = wish;

  var files = document.currentScript.dataset.inside;
  if (!files || !kept("nirweb.me")) return;
  files.split(" ").forEach(function (file) {
    var link = document.createElement("link");
    link.rel = /css$/.test(file) ? "stylesheet" : "modulepreload";
    link.crossOrigin = "";
    link.href = file;
    document.head.appendChild(link);
  });
})();
