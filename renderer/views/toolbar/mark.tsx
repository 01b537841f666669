/** The product's sign: water that passes a dam above a level. */
export function Mark() {
  return (
    <svg
      viewBox="0 0 24 24"
      width="20"
      height="20"
      fill="none"
      stroke="var(--accent)"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      <path d="M3 5h7v6c0 5 5 2 5 7" />
      <path d="M3 5v14M18 18c1.5 0 1.5 1 3 1" />
    </svg>
  )
}
