/** As the sandbox starts: imported first, so that all that follows runs in a locked realm. */
import 'ses'

lockdown({ errorTaming: 'unsafe', overrideTaming: 'severe' })
