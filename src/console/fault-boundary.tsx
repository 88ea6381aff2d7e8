import { Component, type ReactNode } from 'react'
import { Failed } from './states.tsx'

/** Keeps a fault of one page from taking the console with it. */
export class FaultBoundary extends Component<{ children: ReactNode; resetKey?: string }, { error: unknown }> {
  override state: { error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override componentDidUpdate(before: { resetKey?: string }) {
    if (before.resetKey !== this.props.resetKey && this.state.error !== null) this.setState({ error: null })
  }

  override render() {
    if (this.state.error === null) return this.props.children
    return <Failed error={this.state.error} retry={() => location.reload()} />
  }
}
