/**
 * A double of Electron's API over a real Chromium: as much of it as Spillway's shell uses, so that the unmodified
 * shell and preload run where Electron's binary cannot be had. It is not Electron: README.md says what it imitates and
 * what it cannot. Each part is held to electron.d.ts by `satisfies`; specs/electron-double.spec.ts compiles the shell
 * against this file, so that a member the double lacks fails there.
 */
import { app as doubleApp } from './app.ts'
import { BrowserWindow as DoubleWindow } from './browser-window.ts'
import { dialog as doubleDialog } from './dialog.ts'
import { ipcMain as doubleIpc } from './ipc-main.ts'
import { Menu as DoubleMenu } from './menu.ts'
import { protocol as doubleProtocol, session as doubleSession } from './session.ts'
import { utilityProcess as doubleUtility, type UtilityProcess as DoubleUtility } from './utility-process.ts'
import './control.ts'

export const app = doubleApp
export const BrowserWindow = DoubleWindow
export type BrowserWindow = DoubleWindow
export const dialog = doubleDialog
export const ipcMain = doubleIpc
export const Menu = DoubleMenu
export const protocol = doubleProtocol
export const session = doubleSession
export const utilityProcess = doubleUtility
export type UtilityProcess = DoubleUtility

const bounds = { x: 0, y: 0, width: 1600, height: 1000 }
const display = { id: 1, bounds, workArea: { ...bounds, y: 25, height: 975 } } as Electron.Display

export const screen = {
  getPrimaryDisplay: () => display,
  getAllDisplays: () => [display],
} satisfies Pick<Electron.Screen, 'getPrimaryDisplay' | 'getAllDisplays'>

export const nativeTheme = { shouldUseDarkColors: false } satisfies Pick<Electron.NativeTheme, 'shouldUseDarkColors'>

/** In a preload; in-page.ts has what runs there. */
export declare const contextBridge: Pick<Electron.ContextBridge, 'exposeInMainWorld'>
export declare const ipcRenderer: Pick<Electron.IpcRenderer, 'send' | 'on' | 'off'>

export type BrowserWindowConstructorOptions = Electron.BrowserWindowConstructorOptions
export type IpcMain = Electron.IpcMain
export type IpcMainEvent = Electron.IpcMainEvent
export type IpcRendererEvent = Electron.IpcRendererEvent
export type MenuItemConstructorOptions = Electron.MenuItemConstructorOptions
export type Rectangle = Electron.Rectangle
export type SaveDialogOptions = Electron.SaveDialogOptions
export type OpenDialogOptions = Electron.OpenDialogOptions
