#include "xsmc.h"
#include "xsHost.h"

#include <string.h>
/* As the IDF builds Mbed TLS (components/mbedtls/CMakeLists.txt). */
#define MBEDTLS_CONFIG_FILE "mbedtls/esp_config.h"
#define TF_PSA_CRYPTO_USER_CONFIG_FILE "mbedtls/esp_config.h"
#include "psa/crypto.h"

/*
 * ECDSA on P-256 by the PSA interface of Mbed TLS 4. Its headers are not on the SDK's path: C_FLAGS_SUBPLATFORM of the targets' manifests adds
 * them, with tabs between, since mcconfig (8.2.3) takes a space for a part of the path.
 */

#define NUMBER 32
#define BITS 256
/* SEC 1, 2.3.3: an uncompressed point follows. */
#define UNCOMPRESSED 0x04

/* A buffer of exactly `length` octets; NULL: it is another. */
static const uint8_t *octetsOf(xsMachine *the, xsSlot *slot, xsUnsignedValue length)
{
	void *octets;
	xsUnsignedValue given;

	xsmcGetBufferReadable(*slot, &octets, &given);
	return (given == length) ? octets : NULL;
}

/* verifyP256(publicKey, digest, signature) */
void xs_verify_p256(xsMachine *the)
{
	const uint8_t *point = octetsOf(the, &xsArg(0), 2 * NUMBER);
	const uint8_t *digest = octetsOf(the, &xsArg(1), NUMBER);
	const uint8_t *signature = octetsOf(the, &xsArg(2), 2 * NUMBER);
	psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
	uint8_t encoded[1 + 2 * NUMBER];
	psa_key_id_t key;

	xsmcSetFalse(xsResult);
	/* The IDF has done it at its start; then it does nothing. */
	if ((point == NULL) || (digest == NULL) || (signature == NULL) || (psa_crypto_init() != PSA_SUCCESS))
		return;
	encoded[0] = UNCOMPRESSED;
	memcpy(encoded + 1, point, 2 * NUMBER);
	psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1));
	psa_set_key_bits(&attributes, BITS);
	psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_VERIFY_HASH);
	psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_SHA_256));
	/* Refuses a point that is not on the curve. */
	if (psa_import_key(&attributes, encoded, sizeof(encoded), &key) != PSA_SUCCESS)
		return;
	if (psa_verify_hash(key, PSA_ALG_ECDSA(PSA_ALG_SHA_256), digest, NUMBER, signature, 2 * NUMBER) == PSA_SUCCESS)
		xsmcSetTrue(xsResult);
	psa_destroy_key(key);
}
