import styles from './unseen.module.css'

/** The class of what is said, and not seen. */
export const unseen = styles['unseen']
