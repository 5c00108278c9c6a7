import { render } from "preact";
import "./design/tokens.css";
import "./design/base.css";
import "./design/parts.css";
import { askWhoOnStart } from "./features/account/me";
import { listen } from "./features/router";
import { showTheme } from "./features/theme";
import { register } from "./features/worker";
import { App } from "./screens/app";

showTheme();
listen();
void askWhoOnStart();
const root = document.getElementById("app");
if (root) render(<App />, root);
register();
