"""One UDP socket and one TCP listener: ICE-lite, DTLS and SRTP."""
