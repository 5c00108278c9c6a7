import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "../../design/icon";

/** Own drawings of what is seen on the way: the place to tap glows. They say nothing that the words beside them do not. */
function Screen({ children, wide = false }: { children: ComponentChildren; wide?: boolean }): JSX.Element {
  return (
    <svg class="install-picture" viewBox={wide ? "0 0 140 96" : "0 0 96 140"} aria-hidden="true" focusable="false">
      <rect class="install-screen" x="2" y="2" width={wide ? 136 : 92} height={wide ? 92 : 136} rx={wide ? 8 : 14} />
      {children}
    </svg>
  );
}

function Lit({ x, y, r = 13 }: { x: number; y: number; r?: number }): JSX.Element {
  return <circle class="install-lit" cx={x} cy={y} r={r} />;
}

function Sign({ name, x, y, size = 18 }: { name: IconName; x: number; y: number; size?: number }): JSX.Element {
  return (
    <svg x={x - size / 2} y={y - size / 2} width={size} height={size}>
      <Icon name={name} size={size} />
    </svg>
  );
}

const Lines = ({ from, count, x = 14, width = 68 }: { from: number; count: number; x?: number; width?: number }): JSX.Element => (
  <path class="install-line" d={Array.from({ length: count }, (_, index) => `M${x} ${from + index * 11}h${index % 3 === 2 ? width * 0.6 : width}`).join("")} />
);

/** The dial of the app's icon, as it lies among others. */
const AppSign = ({ x, y }: { x: number; y: number }): JSX.Element => (
  <g transform={`translate(${x} ${y})`}>
    <rect class="install-app" x="-11" y="-11" width="22" height="22" rx="6" />
    <circle class="install-dial" r="6" pathLength={12} />
    <circle class="install-heart" r="2" />
  </g>
);

export const ShareBelow = (): JSX.Element => (
  <Screen>
    <Lines from={22} count={7} />
    <path class="install-line" d="M6 112h84" />
    <Lit x={48} y={124} />
    <Sign name="share" x={48} y={124} />
    <Sign name="back" x={20} y={124} size={14} />
    <Sign name="next" x={76} y={124} size={14} />
  </Screen>
);

/** A list from which one row is taken. */
export const ListRow = ({ icon }: { icon: IconName }): JSX.Element => (
  <Screen>
    <rect class="install-sheet" x="8" y="30" width="80" height="104" rx="9" />
    <Lines from={46} count={2} x={16} width={52} />
    <rect class="install-lit" x="11" y="68" width="74" height="24" rx="8" />
    <path class="install-line strong" d="M18 80h38" />
    <Sign name={icon} x={72} y={80} />
    <Lines from={106} count={2} x={16} width={52} />
  </Screen>
);

export const MenuAbove = (): JSX.Element => (
  <Screen>
    <rect class="install-sheet" x="10" y="12" width="58" height="16" rx="8" />
    <Lit x={80} y={20} r={11} />
    <path class="install-dots" d="M80 14.5v.01M80 20v.01M80 25.5v.01" />
    <Lines from={46} count={7} />
  </Screen>
);

export const AmongApps = (): JSX.Element => (
  <Screen>
    {[24, 48, 72].flatMap((x) => [26, 54, 82].map((y) => (x === 48 && y === 54 ? null : <rect key={`${x} ${y}`} class="install-other" x={x - 9} y={y - 9} width="18" height="18" rx="5" />)))}
    <Lit x={48} y={54} r={16} />
    <AppSign x={48} y={54} />
    <path class="install-line" d="M34 128h28" />
  </Screen>
);

export const AddressBar = (): JSX.Element => (
  <Screen wide>
    <rect class="install-sheet" x="10" y="10" width="104" height="18" rx="9" />
    <Lit x={104} y={19} r={11} />
    <path class="install-line strong" d="M98 14h12v9H98zM104 16.5v4M102 19l2 2 2-2M101 26h6" />
    <path class="install-dots" d="M126 13v.01M126 19v.01M126 25v.01" />
    <Lines from={46} count={4} width={110} />
  </Screen>
);

export const FileMenu = (): JSX.Element => (
  <Screen wide>
    <path class="install-line strong" d="M12 12h12M44 12h12M66 12h16" />
    <rect class="install-lit" x="27" y="5" width="14" height="14" rx="4" />
    <path class="install-line strong" d="M30 12h8" />
    <rect class="install-sheet" x="27" y="24" width="78" height="60" rx="6" />
    <Lines from={34} count={2} x={34} width={48} />
    <rect class="install-lit" x="30" y="52" width="72" height="14" rx="5" />
    <path class="install-line strong" d="M35 59h46" />
    <Lines from={76} count={1} x={34} width={40} />
  </Screen>
);
