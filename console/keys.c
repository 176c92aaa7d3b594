// SPDX-License-Identifier: MIT
/* Tables of keys. */
#include "keys.h"

#include <linux/input-event-codes.h>
#include <string.h>
#include <strings.h>

/* Pairs of a character without and with shift, and their key. */
static const struct {
	char plain, shifted;
	unsigned char code;
} characters[] = {
	{ '1', '!', KEY_1 },           { '2', '@', KEY_2 },          { '3', '#', KEY_3 },
	{ '4', '$', KEY_4 },           { '5', '%', KEY_5 },          { '6', '^', KEY_6 },
	{ '7', '&', KEY_7 },           { '8', '*', KEY_8 },          { '9', '(', KEY_9 },
	{ '0', ')', KEY_0 },           { '-', '_', KEY_MINUS },      { '=', '+', KEY_EQUAL },
	{ '[', '{', KEY_LEFTBRACE },   { ']', '}', KEY_RIGHTBRACE }, { ';', ':', KEY_SEMICOLON },
	{ '\'', '"', KEY_APOSTROPHE }, { '`', '~', KEY_GRAVE },      { '\\', '|', KEY_BACKSLASH },
	{ ',', '<', KEY_COMMA },       { '.', '>', KEY_DOT },        { '/', '?', KEY_SLASH },
	{ ' ', 0, KEY_SPACE },         { '\n', 0, KEY_ENTER },       { '\t', 0, KEY_TAB },
	{ 'a', 'A', KEY_A },           { 'b', 'B', KEY_B },          { 'c', 'C', KEY_C },
	{ 'd', 'D', KEY_D },           { 'e', 'E', KEY_E },          { 'f', 'F', KEY_F },
	{ 'g', 'G', KEY_G },           { 'h', 'H', KEY_H },          { 'i', 'I', KEY_I },
	{ 'j', 'J', KEY_J },           { 'k', 'K', KEY_K },          { 'l', 'L', KEY_L },
	{ 'm', 'M', KEY_M },           { 'n', 'N', KEY_N },          { 'o', 'O', KEY_O },
	{ 'p', 'P', KEY_P },           { 'q', 'Q', KEY_Q },          { 'r', 'R', KEY_R },
	{ 's', 'S', KEY_S },           { 't', 'T', KEY_T },          { 'u', 'U', KEY_U },
	{ 'v', 'V', KEY_V },           { 'w', 'W', KEY_W },          { 'x', 'X', KEY_X },
	{ 'y', 'Y', KEY_Y },           { 'z', 'Z', KEY_Z },
};

static const struct {
	const char *name;
	unsigned char code;
} names[] = {
	{ "ctrl", KEY_LEFTCTRL },
	{ "shift", KEY_LEFTSHIFT },
	{ "alt", KEY_LEFTALT },
	{ "altgr", KEY_RIGHTALT },
	{ "meta", KEY_LEFTMETA },
	{ "enter", KEY_ENTER },
	{ "return", KEY_ENTER },
	{ "esc", KEY_ESC },
	{ "tab", KEY_TAB },
	{ "space", KEY_SPACE },
	{ "backspace", KEY_BACKSPACE },
	{ "delete", KEY_DELETE },
	{ "insert", KEY_INSERT },
	{ "home", KEY_HOME },
	{ "end", KEY_END },
	{ "page-up", KEY_PAGEUP },
	{ "page-down", KEY_PAGEDOWN },
	{ "up", KEY_UP },
	{ "down", KEY_DOWN },
	{ "left", KEY_LEFT },
	{ "right", KEY_RIGHT },
	{ "caps-lock", KEY_CAPSLOCK },
	{ "print", KEY_SYSRQ },
	{ "power", KEY_POWER },
	{ "menu", KEY_COMPOSE },
	{ "plus", KEY_KPPLUS },
	{ "f1", KEY_F1 },
	{ "f2", KEY_F2 },
	{ "f3", KEY_F3 },
	{ "f4", KEY_F4 },
	{ "f5", KEY_F5 },
	{ "f6", KEY_F6 },
	{ "f7", KEY_F7 },
	{ "f8", KEY_F8 },
	{ "f9", KEY_F9 },
	{ "f10", KEY_F10 },
	{ "f11", KEY_F11 },
	{ "f12", KEY_F12 },
};

/* From usage 0x04 on. */
static const unsigned char usages[] = {
	KEY_A,         KEY_B,          KEY_C,          KEY_D,          KEY_E,
	KEY_F,         KEY_G,          KEY_H,          KEY_I,          KEY_J,
	KEY_K,         KEY_L,          KEY_M,          KEY_N,          KEY_O,
	KEY_P,         KEY_Q,          KEY_R,          KEY_S,          KEY_T,
	KEY_U,         KEY_V,          KEY_W,          KEY_X,          KEY_Y,
	KEY_Z,         KEY_1,          KEY_2,          KEY_3,          KEY_4,
	KEY_5,         KEY_6,          KEY_7,          KEY_8,          KEY_9,
	KEY_0,         KEY_ENTER,      KEY_ESC,        KEY_BACKSPACE,  KEY_TAB,
	KEY_SPACE,     KEY_MINUS,      KEY_EQUAL,      KEY_LEFTBRACE,  KEY_RIGHTBRACE,
	KEY_BACKSLASH, KEY_BACKSLASH,  KEY_SEMICOLON,  KEY_APOSTROPHE, KEY_GRAVE,
	KEY_COMMA,     KEY_DOT,        KEY_SLASH,      KEY_CAPSLOCK,   KEY_F1,
	KEY_F2,        KEY_F3,         KEY_F4,         KEY_F5,         KEY_F6,
	KEY_F7,        KEY_F8,         KEY_F9,         KEY_F10,        KEY_F11,
	KEY_F12,       KEY_SYSRQ,      KEY_SCROLLLOCK, KEY_PAUSE,      KEY_INSERT,
	KEY_HOME,      KEY_PAGEUP,     KEY_DELETE,     KEY_END,        KEY_PAGEDOWN,
	KEY_RIGHT,     KEY_LEFT,       KEY_DOWN,       KEY_UP,         KEY_NUMLOCK,
	KEY_KPSLASH,   KEY_KPASTERISK, KEY_KPMINUS,    KEY_KPPLUS,     KEY_KPENTER,
	KEY_KP1,       KEY_KP2,        KEY_KP3,        KEY_KP4,        KEY_KP5,
	KEY_KP6,       KEY_KP7,        KEY_KP8,        KEY_KP9,        KEY_KP0,
	KEY_KPDOT,     KEY_102ND,      KEY_COMPOSE,    KEY_POWER,      KEY_KPEQUAL,
};

/* From usage 0xe0 on. */
static const unsigned char modifiers[] = {
	KEY_LEFTCTRL,  KEY_LEFTSHIFT,  KEY_LEFTALT,  KEY_LEFTMETA,
	KEY_RIGHTCTRL, KEY_RIGHTSHIFT, KEY_RIGHTALT, KEY_RIGHTMETA,
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

unsigned key_by_char(char c, bool *shift)
{
	*shift = false;
	for (unsigned i = 0; c && i < COUNT(characters); i++) {
		*shift = c == characters[i].shifted;
		if (*shift || c == characters[i].plain)
			return characters[i].code;
	}
	return 0;
}

unsigned key_by_name(const char *name, size_t len)
{
	bool shift;

	if (len == 1) {
		unsigned code = key_by_char(*name, &shift);

		return shift ? 0 : code;
	}
	for (unsigned i = 0; i < COUNT(names); i++)
		if (strlen(names[i].name) == len && !strncasecmp(names[i].name, name, len))
			return names[i].code;
	return 0;
}

unsigned key_by_usage(unsigned usage)
{
	if (usage >= 0xe0 && usage - 0xe0 < COUNT(modifiers))
		return modifiers[usage - 0xe0];
	if (usage >= 4 && usage - 4 < COUNT(usages))
		return usages[usage - 4];
	return 0;
}
