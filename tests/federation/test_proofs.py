"""Proofs and keys, against the published vectors and against forgeries."""

from __future__ import annotations

import copy

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from federation import multibase
from federation.proofs import attach_proof, create_proof, verify_proof
from hub.errors import RefusedMessage

# The key of both vectors: W3C Data Integrity EdDSA Cryptosuites 1.0, appendix B.
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
CREATED = "2023-02-24T23:36:38Z"

FEP_METHOD = "https://server.example/users/alice#ed25519-key"
FEP_OBJECT = {
    "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"],
    "id": "https://server.example/activities/1",
    "type": "Create",
    "actor": "https://server.example/users/alice",
    "object": {
        "id": "https://server.example/objects/1",
        "type": "Note",
        "attributedTo": "https://server.example/users/alice",
        "content": "Hello world",
        "location": {"type": "Place", "longitude": -71.184902, "latitude": 25.273962},
    },
}
FEP_VALUE = "zLaewdp4H9kqtwyrLatK4cjY5oRHwVcw4gibPSUDYDMhi4M49v8pcYk3ZB6D69dNpAPbUmY8ocuJ3m9KhKJEEg7z"

VC_METHOD = f"did:key:{PUBLIC}#{PUBLIC}"
VC_OBJECT = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
VC_VALUE = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(multibase.decode(SECRET)[2:])


@pytest.mark.parametrize(
    ("document", "method", "value"), [(FEP_OBJECT, FEP_METHOD, FEP_VALUE), (VC_OBJECT, VC_METHOD, VC_VALUE)]
)
def test_the_published_vectors_come_out(key, document, method, value):
    proof = create_proof(document, key, method, CREATED)
    assert multibase.encode_key(key.public_key()) == PUBLIC
    assert proof["proofValue"] == value
    verify_proof({**document, "proof": proof}, proof, multibase.decode_key(PUBLIC), method)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda d: d["object"].update(content="Hello, world"),
        lambda d: d.update(extra=1),
        lambda d: d.pop("actor"),
        lambda d: d["proof"].update(created="2024-02-24T23:36:38Z"),
        lambda d: d["proof"].update(cryptosuite="eddsa-rdfc-2022"),
        lambda d: d["proof"].update(proofPurpose="authentication"),
        lambda d: d["proof"].update(verificationMethod="https://server.example/users/bob#ed25519-key"),
        lambda d: d["proof"].update(proofValue="z" + FEP_VALUE[2:]),
        lambda d: d["proof"].update(proofValue="u" + FEP_VALUE[1:]),
        lambda d: d["proof"].pop("@context"),
        lambda d: d.pop("proof"),
        lambda d: d.update(proof=[]),
    ],
)
def test_a_changed_object_or_proof_is_refused(key, tamper):
    document = copy.deepcopy(attach_proof(FEP_OBJECT, key, FEP_METHOD, CREATED))
    tamper(document)
    with pytest.raises(RefusedMessage):
        verify_proof(document, document.get("proof"), key.public_key(), FEP_METHOD)


def test_another_key_is_refused(key):
    document = attach_proof(FEP_OBJECT, key, FEP_METHOD, CREATED)
    stranger = Ed25519PrivateKey.generate().public_key()
    with pytest.raises(RefusedMessage):
        verify_proof(document, document["proof"], stranger, FEP_METHOD)


@given(st.binary(max_size=80))
def test_multibase_comes_back(data):
    assert multibase.decode(multibase.encode(data)) == data


@pytest.mark.parametrize("text", ["", "u6Mk", "z0", "zl", "z" + "1" * 300, "z6Mkr\n"])
def test_what_is_no_base58_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        multibase.decode(text)


def test_a_key_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="Ed25519"):
        multibase.decode_key(multibase.encode(b"\xec\x01" + bytes(32)))
