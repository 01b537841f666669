export function App() {
  return <main>Spillway</main>
}
