import { Component, type ReactNode } from 'react'
import { Failed } from './ui/states.tsx'

interface Props {
  children: ReactNode
  resetKey?: string
}

/** Keeps a fault of one screen from taking the portal with it. */
export class FaultBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override componentDidUpdate(before: Props) {
    if (before.resetKey !== this.props.resetKey && this.state.error !== null) this.setState({ error: null })
  }

  override render() {
    if (this.state.error === null) return this.props.children
    return <Failed error={this.state.error} retry={() => location.reload()} />
  }
}
