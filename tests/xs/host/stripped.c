/*
 * XS's table of defaults as it works in a release build of the device, for the machines that ask for it: without names and lengths of
 * functions and without the stack in an error (each function made at run time takes two slots less), and with methods that cannot be written.
 */
#include "xsAll.h"

static txSlot* newFunctionLength(txMachine* the, txSlot* instance, txNumber length)
{
	return the->stripped ? C_NULL : fxNewFunctionLength(the, instance, length);
}

static txSlot* newFunctionName(txMachine* the, txSlot* instance, txID id, txIndex index, txID former, txString prefix)
{
	return the->stripped ? C_NULL : fxNewFunctionName(the, instance, id, index, former, prefix);
}

static void captureErrorStack(txMachine* the, txSlot* internal, txSlot* frame)
{
	if (!the->stripped)
		fxCaptureErrorStack(the, internal, frame);
}

/* A method in flash cannot be told the last object that got it, and so does not keep that object. */
static txBoolean definePrivateProperty(txMachine* the, txSlot* instance, txSlot* check, txID id, txSlot* slot, txFlag mask)
{
	txSlot* function = C_NULL;
	txSlot* home;
	txSlot* former;
	txBoolean result;
	if (the->stripped && (mask & XS_METHOD_FLAG)) {
		if (mask & XS_GETTER_FLAG) function = slot->value.accessor.getter;
		else if (mask & XS_SETTER_FLAG) function = slot->value.accessor.setter;
		else if (slot->kind == XS_REFERENCE_KIND) function = slot->value.reference;
	}
	if (!function || !mxIsFunction(function))
		return fxDefinePrivateProperty(the, instance, check, id, slot, mask);
	home = mxFunctionInstanceHome(function);
	former = home->value.home.object;
	result = fxDefinePrivateProperty(the, instance, check, id, slot, mask);
	home->value.home.object = former;
	return result;
}

#define fxDefinePrivateProperty definePrivateProperty
#define fxNewFunctionLength newFunctionLength
#define fxNewFunctionName newFunctionName
#define fxCaptureErrorStack captureErrorStack
#include "xsDefaults.c"
