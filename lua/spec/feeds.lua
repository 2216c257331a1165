-- Revocations, signed with the key of real_verifier.lua. A verifier is to ask for newer ones every ten seconds.

local header = "eyJhbGciOiJFZERTQSIsImtpZCI6ImtQcktfcW14IiwidHlwIjoicmV2b2NhdGlvbnMrand0In0";

return {
	-- Edition 1: nothing.
	nothing = header
		..".eyJpc3MiOiJyb29tcGFzcyIsInNlcSI6MSwiaWF0IjoxNzY3MjI1NjAwLCJ0dGwiOjEwLCJiZWZvcmUiOnt9LCJqdGkiOltdfQ"
		..".cHn0_UiJM6Xa3SM-QMfylMVyOBUvq4hP_ypQi11QCjjPDiRj9Rp7qDbusaNZhneqgpmIu6q5Tro3QlkCPVFsAQ";
	-- Edition 2: the jti of `member` and `owner`.
	member = header
		..".eyJpc3MiOiJyb29tcGFzcyIsInNlcSI6MiwiaWF0IjoxNzY3MjI1NjYwLCJ0dGwiOjEwLCJiZWZvcmUiOnt9LCJqdGkiOlsiQUFBQUFBQUFBQUEiXX0"
		..".latVZA_967u9ZWBGyNOExtjiQnHhotM-tMZRTLL_ZcfEsgQdtADnfOY2l7g07DQfKhuPdofI_VfzuRsJW2zjDQ";
	-- Edition 2, signed again an hour later.
	renewed = header
		..".eyJpc3MiOiJyb29tcGFzcyIsInNlcSI6MiwiaWF0IjoxNzY3MjI5MjAwLCJ0dGwiOjEwLCJiZWZvcmUiOnt9LCJqdGkiOlsiQUFBQUFBQUFBQUEiXX0"
		..".tzNIOSZS8_JMoN5rehdrHQDhj3FeM6b_3O0km0gMuOd5srBH4AuZO7vv7JGfnZdSowWGoDbIN89zMw5fnzEvCg";
	-- Edition 9: nothing, signed by somebody else in our name.
	forged = header
		..".eyJpc3MiOiJyb29tcGFzcyIsInNlcSI6OSwiaWF0IjoxNzY3MjI1NjYwLCJ0dGwiOjEwLCJiZWZvcmUiOnt9LCJqdGkiOltdfQ"
		..".klchQ9ABT5Oyq5m7X-auo2HC3VojVvmrQH2zXx04FPnltPYkOLBawSDldzk_7hk-kcRLBcYmjCPJZAQ13TiTCQ";
};
